// Pictures of the privacy explorer, as SVG: two bells, what attackers reach, ε over the steps.

const UNIT = { left: 48, right: 258, top: 12, bottom: 212 };

function axes(x, y, { ticksX, ticksY, below, beside }) {
  const { left, right, top, bottom } = UNIT;
  return [
    drawPlotBox(UNIT),
    ...ticksX.map((tick) => drawText(x(tick), bottom + 16, write(tick))),
    ...ticksY.map((tick) => drawText(left - 5, y(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 34, below),
    drawUpwards(11, (top + bottom) / 2, beside),
  ];
}

const pathOf = (points) => points.map((point) => point.join(",")).join(" ");

/** What one step releases, without you and with you, in units of the longest gradient. */
function drawBells(svg, noise) {
  const { left, right, top, bottom } = UNIT;
  const [low, high] = [-3.2 * noise, 1 + 3.2 * noise];
  const [x, y] = [scale(low, high, left, right), scale(0, 1.08, bottom, top)];
  const values = Array.from({ length: 101 }, (_, i) => low + ((high - low) * i) / 100);
  const bell = (mean) =>
    pathOf(values.map((v) => [x(v), y(Math.exp(-((v - mean) ** 2) / (2 * noise ** 2)))]));
  const below = "released sum, in units of C";
  svg.replaceChildren(
    ...axes(x, y, { ticksX: ticksOf(low, high), ticksY: [], below, beside: "how often" }),
    draw("polyline", { points: bell(0), class: "mt-without" }),
    draw("polyline", { points: bell(1), class: "mt-with" }),
  );
}

/** What nobody reaches (hatched grey), and what the best attacker reaches who sees one step. */
function drawLimit(svg, { limit, one_look, found }) {
  const { left, right, top, bottom } = UNIT;
  const [x, y] = [scale(0, 1, left, right), scale(0, 1, bottom, top)];
  const placed = (points) => points.map(([across, up]) => [x(across), y(up)]);
  const ticks = [0, 0.5, 1];
  const labels = { below: "share of false alarms", beside: "share of members found" };
  svg.replaceChildren(
    draw("polygon", { points: pathOf([...placed(limit), [left, top]]), class: "mt-forbidden" }),
    ...axes(x, y, { ticksX: ticks, ticksY: ticks, ...labels }),
    drawLine(left, bottom, right, top, "mt-chance"),
    draw("polyline", { points: pathOf(placed(limit)), class: "mt-bound" }),
    draw("polyline", { points: pathOf(placed(one_look)), class: "mt-look" }),
    draw("circle", { cx: x(0.01), cy: y(found), r: 5, class: "mt-point" }),
  );
}

/** ε over the steps, both in powers of ten. */
function drawSpent(svg, { spent, steps, epsilon }) {
  const { left, right, top, bottom } = UNIT;
  const log = (value) => Math.log10(Math.max(value, 0.01));
  const logX = scale(0, log(MOST.steps), left, right);
  const highest = Math.max(2, Math.ceil(log(Math.max(...spent.map(([, value]) => value)))));
  const logY = scale(-2, highest, bottom, top);
  const [x, y] = [(value) => logX(log(value)), (value) => logY(log(value))];
  const ticksY = Array.from({ length: highest + 3 }, (_, i) => 10 ** (i - 2));
  const few = ticksY.filter((_, i) => highest < 4 || i % 2 === 0);
  svg.replaceChildren(
    ...axes(x, y, { ticksX: [1, 10, 100, 1000], ticksY: few, below: "steps", beside: "ε" }),
    draw("polyline", { points: pathOf(spent.map(([n, v]) => [x(n), y(v)])), class: "mt-bound" }),
    draw("circle", { cx: x(steps), cy: y(epsilon), r: 5, class: "mt-point" }),
  );
}
