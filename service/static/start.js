// The first page with JavaScript: filter the groups while typing, change the catalogue in place.
// Everything here has a slower way that works without it.
const form = document.getElementById("assess");
const find = document.getElementById("find");
const file = form.querySelector("input[type=file]");

const picker = {
  get search() { return document.getElementById("q"); },
  get boxes() { return [...form.querySelectorAll("input[name=groups]")]; },
  get all() { return document.getElementById("all"); },
  get chosen() { return document.getElementById("chosen"); },
  get tally() { return document.getElementById("tally"); },
  get nothing() { return document.getElementById("nothing"); },
};

function filter() {
  const words = picker.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const box of picker.boxes) {
    const row = box.closest("li");
    row.hidden = !words.every((word) => row.dataset.search.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  picker.nothing.hidden = shown > 0;
}

function chip(box) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = box.closest("li").dataset.name;
  button.setAttribute("aria-label", `Remove ${button.textContent}`);
  button.addEventListener("click", () => { box.checked = false; tell(); picker.search.focus(); });
  item.append(button);
  return item;
}

function tell() {
  const every = picker.all.checked;
  const taken = picker.boxes.filter((box) => box.checked);
  for (const box of picker.boxes) { box.disabled = every; }
  picker.chosen.replaceChildren(...(every ? [] : taken.map(chip)));
  picker.tally.textContent = every ? `all ${picker.boxes.length} groups` : `${taken.length} chosen`;
}

function wakePicker() {
  picker.search.addEventListener("input", filter);
  picker.search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") { return; }
    event.preventDefault(); // one match left: Enter takes it
    const left = picker.boxes.filter((box) => !box.closest("li").hidden);
    if (left.length === 1) { left[0].checked = true; picker.search.value = ""; filter(); tell(); }
  });
  document.getElementById("find-button").hidden = true;
  form.querySelector(".picker-list").addEventListener("change", tell);
  picker.all.addEventListener("change", tell);
  filter();
  tell();
}

async function changeCatalogue(select) {
  const kept = new Set(picker.boxes.filter((box) => box.checked).map((box) => box.value));
  const answer = await fetch(`${find.action}?${new URLSearchParams({ catalog: select.value })}`);
  if (!answer.ok) { find.submit(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("groups").replaceWith(page.getElementById("groups"));
  document.getElementById("help").replaceWith(page.getElementById("help"));
  form.elements.namedItem("catalog").value = page.getElementById("assess").elements.namedItem("catalog").value;
  for (const box of picker.boxes) { box.checked ||= kept.has(box.value); }
  wakePicker();
}

const catalogue = document.getElementById("catalog");
document.getElementById("catalog-button").hidden = true;
catalogue.addEventListener("change", () => changeCatalogue(catalogue).catch(() => find.submit()));
wakePicker();

function complain(place, message) {
  const note = document.getElementById(place);
  note.textContent = message;
  note.hidden = false;
  note.scrollIntoView({ block: "center" });
}

form.addEventListener("submit", (event) => {
  for (const id of ["file-missing", "groups-missing"]) { const note = document.getElementById(id); if (note) { note.hidden = true; } }
  if (file && file.files.length === 0) {
    event.preventDefault();
    complain("file-missing", "Choose your controls spreadsheet first.");
  } else if (file && file.files[0].size > Number(form.dataset.limit)) {
    event.preventDefault();
    complain("file-missing", form.dataset.tooLarge);
  } else if (!picker.all.checked && !form.elements.namedItem("watchlist")?.value && !picker.boxes.some((box) => box.checked)) {
    event.preventDefault();
    complain("groups-missing", "Choose at least one group, or all of them.");
  } else {
    const button = form.querySelector("button[type=submit]");
    button.textContent = file ? "Uploading…" : "Starting…";
    button.disabled = true;
  }
});
// Coming back by the browser's own button finds the page as it was left, the button disabled: wake it.
window.addEventListener("pageshow", () => {
  const button = form.querySelector("button[type=submit]");
  button.disabled = false;
  button.textContent = button.dataset.label;
});
