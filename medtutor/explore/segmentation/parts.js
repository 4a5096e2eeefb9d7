// Parts of the segmentation explorer's page that only show what they are told.

function rowHead(...children) {
  return make("th", { scope: "row" }, ...children);
}

/** The kinds of pixels with their patterns, counts and areas; it is the picture's legend, too. */
class OutcomeTable {
  constructor(pixelArea) {
    this.pixelArea = pixelArea;
    this.cells = {};
    const columns = ["outcome", "pixels", ...(pixelArea ? ["mm²"] : [])];
    const head = columns.map((text) => make("th", { scope: "col", textContent: text }));
    const lines = Object.entries(OUTCOME_NAMES).map(([name, title]) => this.buildLine(name, title));
    const caption = make("caption", { textContent: "Mask against truth" });
    this.element = make("table", { className: "mt-table" }, caption, make("tr", {}, ...head), ...lines);
  }

  buildLine(name, title) {
    const swatch = make("span", { className: "mt-swatch", attributes: { "aria-hidden": true } });
    if (OUTCOMES[name]) swatch.style.backgroundImage = `url(${tileOf(name).toDataURL()})`;
    this.cells[name] = [make("td"), ...(this.pixelArea ? [make("td")] : [])];
    return make("tr", {}, rowHead(swatch, title), ...this.cells[name]);
  }

  show(counts) {
    for (const [name, [pixels, area]] of Object.entries(this.cells)) {
      pixels.textContent = counts ? counts[name] : "hidden";
      if (area) area.textContent = counts ? write(counts[name] * this.pixelArea) : "hidden";
    }
  }
}

class ScoreTable {
  constructor() {
    this.cells = { dice: make("td"), iou: make("td") };
    const titles = {
      dice: "Dice = 2 · hits / (2 · hits + both errors)",
      iou: "IoU = hits / (hits + both errors)",
    };
    const lines = Object.entries(titles).map(([name, title]) =>
      make("tr", {}, rowHead(title), this.cells[name]),
    );
    this.element = make("table", { className: "mt-table" }, make("caption", { textContent: "Scores" }), ...lines);
  }

  show(counts) {
    const scores = counts && scoresOf(counts);
    for (const [name, cell] of Object.entries(this.cells))
      cell.textContent = scores ? fractionInWords(scores[name]) : "hidden";
  }
}
