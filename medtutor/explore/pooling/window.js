// The pixels under the window as a table: who won, and what share of the gradient each gets.

class WindowTable {
  constructor() {
    const label = "Pixels in the window, and their shares of the gradient";
    this.table = make("table", { attributes: { "aria-label": label } });
    const title = make("div", { className: "mt-title", textContent: "Pixel, and its share of the gradient" });
    this.element = make("div", { className: "mt-scroll" }, title, this.table);
  }

  /** Show the window at `place` of the output, padded places included. */
  showWindow(image, shape, place, pooled, kind, colour) {
    const { rows, columns, strides } = shape;
    const cells = Array.from({ length: rows.span }, (_, p) =>
      Array.from({ length: columns.span }, (_, q) => {
        const y = place.row * strides - rows.before + p;
        const x = place.column * strides - columns.before + q;
        const value = image[y]?.[x];
        if (value === undefined) return this.padCell();
        return this.pixelCell(value, y, x, pooled, kind, colour);
      }),
    );
    this.table.replaceChildren(make("tbody", {}, ...cells.map((line) => make("tr", {}, ...line))));
  }

  padCell() {
    const pixel = make("div", { className: "mt-pixel", textContent: "pad" });
    return make("td", { className: "mt-pad" }, pixel);
  }

  pixelCell(value, y, x, { winner, count }, kind, colour) {
    const won = winner.y === y && winner.x === x;
    const pixel = make("div", { className: "mt-pixel" });
    const rgb = colour(value);
    Object.assign(pixel, { textContent: writeShort(value), title: `row ${y}, column ${x}` });
    Object.assign(pixel.style, { background: css(rgb), color: inkOn(rgb) });
    const textContent = kind === "max" ? (won ? "★ 1" : "0") : shareInWords(count);
    const share_ = make("div", { className: "mt-share", textContent });
    return make("td", { className: kind === "max" && won ? "mt-winner" : "" }, pixel, share_);
  }

  clear() {
    this.table.replaceChildren();
  }
}

/** Four characters and a sign at most, where that is honest. */
function writeShort(value) {
  const size = Math.abs(value);
  return size >= 100 && size < 1e5 ? write(Math.round(value)) : write(Number(value.toPrecision(3)));
}
