// The import with JavaScript: look again at once when another sheet or header row is chosen.
const columns = document.getElementById("import-columns");

if (columns) {
  const again = document.getElementById("look-again");
  columns.addEventListener("change", (event) => {
    if (event.target.name === "sheet" || event.target.name === "header") { columns.requestSubmit(again); }
    if (event.target.matches("select[id^=column-]")) { event.target.classList.toggle("taken", event.target.value !== ""); }
  });
}
