// Pictures of the ensemble explorer, as SVG: three squares from 0 to 1.

function drawPath(points, name) {
  const places = points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`);
  return draw("polyline", { points: places.join(" "), class: name });
}

/** The joint ROC curve over those of the voices alone. */
function drawRocs(svg, labels, scene) {
  const alone = scene && scene.voices.length > 1 ? scene.voices : [];
  svg.replaceChildren(
    ...drawSquare("1 − specificity", "sensitivity"),
    drawDiagonal(),
    ...alone.map((row) => drawPath(rocOf(labels, row), "mt-alone")),
    ...(scene ? [drawPath(scene.roc, "mt-joint")] : []),
  );
}

/** Share of class 1 over the mean score, a dot for each tenth, larger with more cases. */
function drawReliability(svg, labels, scene) {
  const bins = scene ? scene.reliability : [];
  const dots = bins.map(([p, share_, count]) =>
    draw("circle", { cx: toX(p), cy: toY(share_), r: 2 + 14 * Math.sqrt(count / labels.length), class: "mt-bin" }),
  );
  svg.replaceChildren(
    ...drawSquare("mean probability", "share of class 1"),
    drawDiagonal(),
    ...(bins.length > 1 ? [drawPath(bins, "mt-joint mt-thin")] : []),
    ...dots,
  );
}

/** Two voices against each other: discs are class 1, crosses class 0; shaded: they disagree. */
function drawPair(svg, labels, scene, [xName, yName]) {
  const { left, top } = SQUARE;
  const [x, y] = scene ? scene.voices : [];
  const half = (SQUARE.right - left) / 2;
  const corner = (dx, dy) =>
    draw("rect", { x: left + dx, y: top + dy, width: half, height: half, class: "mt-disagree" });
  const mark = (i) => {
    const [px, py] = [toX(x[i]), toY(y[i])];
    if (labels[i]) return draw("circle", { cx: px, cy: py, r: 3, class: "mt-sick" });
    return draw("path", { d: `M${px - 3} ${py - 3}l6 6m0 -6l-6 6`, class: "mt-healthy" });
  };
  svg.replaceChildren(
    ...(y ? [corner(0, 0), corner(half, half)] : []),
    ...drawSquare(xName ?? "", yName ?? ""),
    ...(y ? labels.map((_, i) => mark(i)) : [drawText(left + half, top + half, "needs two voices")]),
  );
}
