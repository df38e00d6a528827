// Arrow keys walk the matrix; without them, Tab goes from technique to technique as on any page.
const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

for (const matrix of document.querySelectorAll("[data-matrix]")) {
  const columns = [...matrix.querySelectorAll("ul")].map((list) => [...list.querySelectorAll("a")]);
  matrix.addEventListener("keydown", (event) => {
    const [across, down] = step[event.key] ?? [0, 0];
    const x = columns.findIndex((column) => column.includes(document.activeElement));
    if (x < 0 || !(across || down)) return;
    const y = columns[x].indexOf(document.activeElement);
    const column = columns[x + across];
    const next = column?.[Math.min(y + down, column.length - 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
