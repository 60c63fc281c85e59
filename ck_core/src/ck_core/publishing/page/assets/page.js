// Draws the pictures to fit the page and its colours, sorts and filters tables.
const themes = JSON.parse(document.getElementById("themes").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
document.documentElement.classList.add("scripted");

function panels(spec) {
  return spec.vconcat ?? [spec];
}

async function draw(place, spec, width) {
  for (const panel of panels(spec)) {
    panel.width = width;
    if (panel.mark?.limit) panel.mark.limit = width;
  }
  const theme = structuredClone(themes[dark.matches ? "dark" : "light"]);
  theme.padding = { left: 0, right: 4, top: 4, bottom: 4 };
  theme.axisY.labelLimit = Math.min(300, place.clientWidth * 0.29);
  theme.legend.labelLimit = Math.min(320, place.clientWidth * 0.8);
  theme.legend.columns = Math.max(1, Math.min(2, Math.floor(place.clientWidth / 330)));
  const result = await ckpEmbed(place, structuredClone(spec), {
    mode: "vega-lite", renderer: "svg", actions: false, config: theme,
    tooltip: { theme: dark.matches ? "dark" : "light" },
  });
  return place.querySelector("svg").getBoundingClientRect().width;
}

async function show(figure) {
  const place = figure.querySelector(".live");
  const spec = JSON.parse(figure.querySelector("script").textContent);
  const still = figure.querySelector("img");
  still.hidden = true;
  place.hidden = false;
  try {
    const first = 400;
    const around = (await draw(place, spec, first)) - first; // labels beside the plot
    await draw(place, spec, Math.max(100, Math.floor(place.clientWidth - around - 1)));
  } catch (error) {
    still.hidden = false;
    place.hidden = true;
    throw error;
  }
}

async function showAll() {
  for (const figure of document.querySelectorAll("figure")) await show(figure);
  document.documentElement.dataset.drawn = "yes";
}

let waiting = 0;
let lastWidth = innerWidth;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(showAll, 150);
}
addEventListener("resize", () => {
  if (innerWidth !== lastWidth) later();
  lastWidth = innerWidth;
});
dark.addEventListener("change", later);

function cellKey(row, column) {
  const cell = row.cells[column];
  const number = cell.dataset.number;
  return number === undefined ? cell.textContent : number === "" ? NaN : Number(number);
}

function compareKeys(one, two) {
  if (typeof one === "string") return one.localeCompare(two, undefined, { numeric: true });
  if (Number.isNaN(one) || Number.isNaN(two)) return Number.isNaN(one) - Number.isNaN(two);
  return one - two;
}

function sortBy(header) {
  const table = header.closest("table");
  const rising = header.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].map((row) => [cellKey(row, header.cellIndex), row]);
  rows.sort(([one], [two]) => {
    const unknown = Number.isNaN(one) || Number.isNaN(two); // these stay last, either way
    return compareKeys(one, two) * (rising || unknown ? 1 : -1);
  });
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

function filterRows(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const body = document.getElementById("points").tBodies[0];
  let shown = 0;
  for (const row of body.rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = words.length ? `${shown} shown` : "";
}

for (const button of document.querySelectorAll("thead button")) {
  button.addEventListener("click", () => sortBy(button.closest("th")));
}
const search = document.getElementById("search");
search?.addEventListener("input", () => filterRows(search));
showAll();
