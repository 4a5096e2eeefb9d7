// The grid under the window: pixel × weight = product, with weights that can be edited.

const WIDE_CELL = 80;
const NARROW_CELL = 68;
const NARROWEST_CELL = 56;

/** Cut a kernel, or add zeros, so that its centre stays the centre. */
function resized(kernel, rows, columns) {
  const centre = (length) => Math.floor(length / 2);
  const top = centre(kernel.length) - centre(rows);
  const left = centre(kernel[0].length) - centre(columns);
  return Array.from({ length: rows }, (_, p) =>
    Array.from({ length: columns }, (_, q) => kernel[p + top]?.[q + left] ?? 0),
  );
}

function paint(element, text, rgb) {
  element.textContent = text;
  element.style.background = rgb ? css(rgb) : "";
  element.style.color = rgb ? inkOn(rgb) : "";
}

class ProductsTable {
  /** `onEdit` is called with the row and column of a weight and its new value. */
  constructor(onEdit) {
    this.onEdit = onEdit;
    this.cells = [];
    this.table = make("table", { attributes: { "aria-label": "Pixel times weight is product" } });
    const title = make("div", { className: "mt-title", textContent: "Pixel × weight = product" });
    this.element = make("div", { className: "mt-scroll" }, title, this.table);
  }

  /** Show the weights of `kernel`, in as many cells as it has. */
  showWeights(kernel) {
    const fits = this.cells.length === kernel.length && this.cells[0].length === kernel[0].length;
    if (!fits) this.build(kernel);
    this.kernel = kernel;
    kernel.forEach((weights, p) =>
      weights.forEach((weight, q) => this.showWeight(this.cells[p][q].field, weight)),
    );
  }

  build(kernel) {
    const width = kernel[0].length > 5 ? NARROW_CELL : WIDE_CELL;
    this.cells = kernel.map((weights, p) => weights.map((_, q) => this.buildCell(p, q)));
    this.table.style.width = `${width * kernel[0].length}px`;
    this.table.style.minWidth = `${NARROWEST_CELL * kernel[0].length}px`;
    const rows = this.cells.map((cells) => make("tr", {}, ...cells.map(({ cell }) => cell)));
    this.table.replaceChildren(make("tbody", {}, ...rows));
  }

  buildCell(p, q) {
    const pixel = make("div", { className: "mt-pixel" });
    const product = make("div", { className: "mt-product" });
    const field = keepKeys(make("input", { type: "number", step: "any" }));
    field.setAttribute("aria-label", `Weight in row ${p}, column ${q}`);
    field.addEventListener("input", () => this.edit(p, q, field));
    field.addEventListener("blur", () => this.showWeight(field, this.kernel[p][q]));
    const factor = make("div", { className: "mt-weight" }, "×", field);
    return { cell: make("td", {}, pixel, factor, product), pixel, field, product };
  }

  edit(p, q, field) {
    const usable = Number.isFinite(field.valueAsNumber);
    field.setAttribute("aria-invalid", String(!usable));
    if (usable) this.onEdit(p, q, field.valueAsNumber);
  }

  /** Leave a field alone while it is typed in. */
  showWeight(field, weight) {
    if (field.matches(":focus")) return;
    field.value = String(Number(weight.toFixed(4)));
    field.setAttribute("aria-invalid", "false");
  }

  /** Show what `windowProducts` gave, or dashes where there is no output. */
  showProducts(products, inputColour) {
    const sizes = products?.flat().map(({ product }) => Math.abs(product)) ?? [];
    const limit = Math.max(...sizes) || 1;
    this.cells.forEach((cells, p) =>
      cells.forEach((cell, q) => this.showCell(cell, products?.[p][q], inputColour, limit)),
    );
  }

  showCell({ pixel, product }, tap, inputColour, limit) {
    if (!tap) return [pixel, product].forEach((element) => paint(element, "–", null));
    paint(pixel, tap.inside ? write(tap.pixel) : "pad 0", tap.inside && inputColour(tap.pixel));
    paint(product, `= ${write(tap.product)}`, signedColour(tap.product, limit));
  }
}
