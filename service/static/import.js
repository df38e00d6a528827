// The import with JavaScript: drop a file, and look again at once when another sheet or header row is chosen.
const file = document.querySelector("#import-file input[type=file]");
const columns = document.getElementById("import-columns");

if (file) {
  const drop = file.closest(".drop");
  const name = document.getElementById("name");
  const told = () => {
    drop.classList.toggle("filled", file.files.length > 0);
    if (name && !name.dataset.typed && file.files.length > 0) { name.value = file.files[0].name.replace(/\.[^.]+$/, ""); }
  };
  name?.addEventListener("input", () => { name.dataset.typed = "yes"; });
  file.addEventListener("change", told);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) { file.files = event.dataTransfer.files; told(); }
  });
}

if (columns) {
  const again = document.getElementById("look-again");
  columns.addEventListener("change", (event) => {
    if (event.target.name === "sheet" || event.target.name === "header") { columns.requestSubmit(again); }
    if (event.target.matches("select[id^=column-]")) { event.target.classList.toggle("taken", event.target.value !== ""); }
  });
}
