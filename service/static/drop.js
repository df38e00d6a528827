// A field for a file: drop one on it, and what is uploaded is called after the file until somebody types a name.
for (const drop of document.querySelectorAll(".drop:has(input[type=file])")) {
  const file = drop.querySelector("input[type=file]");
  const name = file.form.querySelector("input[name=name]");
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
