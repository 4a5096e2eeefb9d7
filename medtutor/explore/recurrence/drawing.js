// Pictures of the recurrence explorer, as SVG: all have the time steps on their x axis.

const PICTURE = { width: 430, height: 196, left: 42, right: 378, top: 10, bottom: 158 };
const LABEL_HEIGHT = 13;
const LOWEST_POWER = -12; // smaller gradients fall out of the picture

function placeOfStep(n_steps) {
  return scale(1, n_steps, PICTURE.left + 10, PICTURE.right - 10);
}

/** The step (counted from 0) under a place on the page. */
function stepUnder(svg, event, n_steps) {
  const [place] = placeUnder(svg, event);
  const step = Math.round(scale(PICTURE.left + 10, PICTURE.right - 10, 0, n_steps - 1)(place));
  return Math.min(Math.max(step, 0), n_steps - 1);
}

function placeUnder(svg, event) {
  const box = svg.getBoundingClientRect();
  const ratio = PICTURE.width / box.width;
  return [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
}

/** Frame, y ticks as pairs of value and text, the steps below, and the chosen one. */
function drawSteps({ n_steps, t, y, ticks }) {
  const { left, right, top, bottom } = PICTURE;
  const x = placeOfStep(n_steps);
  const every = n_steps <= 15 ? 1 : 5;
  const named = Array.from({ length: n_steps }, (_, i) => i + 1).filter(
    (step) => every === 1 || step === 1 || step % every === 0,
  );
  return [
    drawPlotBox(PICTURE),
    ...ticks.map(([value]) => drawLine(left, y(value), right, y(value), value ? "mt-grid" : "mt-zero")),
    ...ticks.map(([value, text]) => drawText(left - 5, y(value) + 4, text, "end")),
    ...named.map((step) => drawText(x(step), bottom + 18, String(step))),
    drawText((left + right) / 2, bottom + 35, "time step"),
    drawLine(x(t + 1), top, x(t + 1), bottom, "mt-here"),
  ];
}

/** The input of every step as a stem with a head. */
function drawSignal(svg, { signal, t, limit }) {
  const y = scale(-limit, limit, PICTURE.bottom, PICTURE.top);
  const x = placeOfStep(signal.length);
  const ticks = [-limit, -limit / 2, 0, limit / 2, limit].map((value) => [value, write(value)]);
  const stems = signal.flatMap((value, i) => {
    const state = i === t ? " mt-now" : "";
    const head = { cx: x(i + 1), cy: y(value), r: i === t ? 6 : 4.5, class: `mt-head${state}` };
    return [drawLine(x(i + 1), y(0), x(i + 1), y(value), `mt-stem${state}`), draw("circle", head)];
  });
  svg.replaceChildren(...drawSteps({ n_steps: signal.length, t, y, ticks }), ...stems);
}

/** Lines over the steps, each with its name at its end; what comes after `t` is pale. */
function drawLines(svg, { lines, range, t }) {
  const y = scale(...range, PICTURE.bottom, PICTURE.top);
  const n_steps = lines[0].values.length;
  const ticks = ticksOf(...range).map((value) => [value, write(value)]);
  svg.replaceChildren(
    ...drawSteps({ n_steps, t, y, ticks }),
    ...lines.flatMap(({ name, values }) => drawPath(name, values.map(y), t)),
    ...drawLabels(lines.map(({ name, label, values }) => ({ name, label, place: y(values.at(-1)) }))),
  );
}

/** A line through all places, pale behind step `t`, with a head on that step. */
function drawPath(name, places, t) {
  const x = placeOfStep(places.length);
  const points = places.map((place, i) => `${x(i + 1).toFixed(1)},${place.toFixed(1)}`);
  const line = (part, more) =>
    draw("polyline", { points: part.join(" "), class: `mt-line mt-${name} ${more}` });
  const head = { cx: x(t + 1), cy: places[t], r: 4.5, class: `mt-dot mt-${name}` };
  return [line(points.slice(t), "mt-later"), line(points.slice(0, t + 1), ""), draw("circle", head)];
}

/** Names at the right end of their lines, moved apart where they would overlap. */
function drawLabels(labels) {
  const sorted = [...labels].sort((a, b) => a.place - b.place);
  let free = -Infinity;
  for (const label of sorted) {
    label.place = Math.max(Math.min(label.place, PICTURE.bottom), free);
    free = label.place + LABEL_HEIGHT;
  }
  const over = Math.max(0, free - LABEL_HEIGHT - PICTURE.bottom);
  const x = PICTURE.right;
  return sorted.flatMap(({ name, label, place }) => [
    draw("circle", { cx: x + 8, cy: place - over, r: 3.5, class: `mt-dot mt-${name}` }),
    drawText(x + 14, place - over + 4, label, "start", { class: "mt-label" }),
  ]);
}

/** Sizes of the gradients on a logarithmic axis; a hollow mark stands for a negative one. */
function drawGradients(svg, { gradients, chosen, t }) {
  const [low, high] = decadesOf(Object.values(gradients).flat());
  const y = scale(low, high, PICTURE.bottom, PICTURE.top);
  const every = Math.ceil((high - low) / 5);
  const powers = Array.from({ length: high - low + 1 }, (_, i) => high - i).filter(
    (power) => (high - power) % every === 0,
  );
  const n_steps = gradients[chosen].length;
  const lines = Object.entries(gradients).sort(([a], [b]) => (a === chosen) - (b === chosen));
  const placed = lines.map(([name, values]) => ({
    name,
    values,
    places: values.map((value) => y(powerOf10(value))),
  }));
  const clip = draw("clipPath", { id: `${svg.id}-frame` });
  const { left, right, top, bottom } = PICTURE;
  clip.append(draw("rect", { x: left, y: top, width: right - left, height: bottom - top }));
  const inside = draw("g", { "clip-path": `url(#${svg.id}-frame)` });
  inside.append(
    ...placed.flatMap(({ name, values, places }) => drawMarked(name, values, places, name === chosen)),
  );
  svg.replaceChildren(
    clip,
    ...drawSteps({ n_steps, t, y, ticks: powers.map((power) => [power, powerOfTen(power)]) }),
    inside,
    ...drawLabels(
      placed.map(({ name, places }) => ({ name, label: name.toUpperCase(), place: places.at(-1) })),
    ),
  );
}

/** Powers of ten that hold all values, three at least. */
function decadesOf(values) {
  const powers = values.map(Math.abs).filter(Boolean).map(Math.log10);
  const high = Math.ceil(Math.max(...powers, LOWEST_POWER + 3));
  return [Math.max(LOWEST_POWER, Math.min(high - 3, Math.floor(Math.min(...powers)))), high];
}

/** A gradient of exactly 0 has no logarithm; it is drawn far below the picture. */
function powerOf10(value) {
  return value ? Math.log10(Math.abs(value)) : 10 * LOWEST_POWER;
}

function drawMarked(name, values, places, isChosen) {
  const x = placeOfStep(places.length);
  const points = places.map((place, i) => `${x(i + 1).toFixed(1)},${place.toFixed(1)}`);
  const look = `mt-${name}${isChosen ? " mt-chosen" : ""}`;
  const marks = places.map((cy, i) =>
    draw("circle", {
      cx: x(i + 1),
      cy,
      r: isChosen ? 4.5 : 3,
      class: `mt-mark ${look}${values[i] < 0 ? " mt-negative" : ""}`,
    }),
  );
  return [draw("polyline", { points: points.join(" "), class: `mt-line ${look}` }), ...marks];
}
