// Pictures of the explanation explorer: a slice, a map laid over it, two scores as bars.

const BARS = { left: 140, right: 400, top: 14, height: 22, gap: 12, bottom: 92 };

/** A map's value, −255 to 255, laid over a grey: orange speaks for sick, blue against. */
function tintedPixel(grey, value) {
  const far = value < 0 ? [86, 180, 233] : [230, 120, 0];
  const part = Math.min(Math.abs(value) / 255, 1);
  return colourPixel(far.map((level) => Math.round(grey * 0.8 * (1 - part) + level * part)));
}

function drawTinted(canvas, shape, greys, values) {
  const places = Uint32Array.from(greys, (_, i) => i);
  return paintPixels(canvas, shape, places, (i) => tintedPixel(greys[i], values[i]));
}

/** Two bars from zero: to the right is sick, to the left healthy. */
function drawBars(svg, whole, covered) {
  const { left, right, top, height, gap, bottom } = BARS;
  const reach = Math.max(1, Math.abs(whole), Math.abs(covered));
  const x = scale(-reach, reach, left, right);
  const bar = (value, name, title, row) => {
    const y = top + row * (height + gap);
    const written = (Number(value.toFixed(1)) + 0).toFixed(1).replace("-", "−"); // never −0.0
    const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
    return [
      draw("rect", { x: from, y, width: to - from, height, class: `mt-${name}` }),
      drawText(left - 8, y + 16, `${title}: ${written}`, "end"),
    ];
  };
  svg.replaceChildren(
    ...bar(whole, "whole", "whole slice", 0),
    ...bar(covered, "covered", "covered", 1),
    drawLine(x(0), top - 6, x(0), bottom - 8, "mt-axis"),
    drawText(left, bottom + 8, "← called healthy", "start"),
    drawText(right, bottom + 8, "called sick →", "end"),
  );
}
