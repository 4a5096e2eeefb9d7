// The landscape as contours, with the racers' paths on it. Its paper stays light in both themes,
// so that the racers' colours can be told apart.

const MAP = { width: 440, height: 300, left: -2.2, right: 2.2, bottom: -1.5, top: 1.5 };
const LOOKS = {
  sgd: ["#0072B2", []],
  averaged: ["#0072B2", [2, 3]],
  momentum: ["#B87700", []],
  nesterov: ["#B87700", [7, 4]],
  adagrad: ["#00795A", []],
  adadelta: ["#00795A", [2, 3]],
  rmsprop: ["#00795A", [7, 4]],
  adam: ["#C04A00", []],
  adamax: ["#A84F7E", []],
  nadam: ["#A84F7E", [7, 4]],
  adamw: ["#C04A00", [2, 3]],
};
const INK = "#222";
const LEVELS = 14;

function toMap([x, y]) {
  const { width, height, left, right, bottom, top } = MAP;
  return [((x - left) / (right - left)) * width, ((top - y) / (top - bottom)) * height];
}

function fromMap([px, py]) {
  const { width, height, left, right, bottom, top } = MAP;
  return [left + (px / width) * (right - left), top - (py / height) * (top - bottom)];
}

/** Which band of height a loss lies in; the bands are narrow near the lowest loss. */
function bandOf(loss, lowest, highest) {
  return Math.floor(LEVELS * Math.sqrt((loss - lowest) / (highest - lowest)));
}

/** Shades for the bands, dark lines where they meet; drawn once a landscape. */
function contours(landscape, scale) {
  const [width, height] = [MAP.width * scale, MAP.height * scale];
  const canvas = make("canvas", { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const lowest = Math.min(...landscape.minima.map((place) => lossAt(landscape, place)));
  const corners = [MAP.left, MAP.right].flatMap((x) => [[x, MAP.top], [x, MAP.bottom]]);
  const highest = Math.max(...corners.map((place) => lossAt(landscape, place)));
  const bandAt = (i, j) => {
    const place = fromMap([(j + 0.5) / scale, (i + 0.5) / scale]);
    return bandOf(lossAt(landscape, place), lowest, highest);
  };
  let above = Array.from({ length: width }, (_, j) => bandAt(0, j));
  for (let i = 0; i < height; i++) {
    const row = i ? Array.from({ length: width }, (_, j) => bandAt(i, j)) : above;
    for (let j = 0; j < width; j++) {
      const edge = row[j] !== above[j] || (j && row[j] !== row[j - 1]);
      const shade = edge ? 165 : 252 - (2.6 * row[j] * 14) / LEVELS;
      picture.data.set([shade - 6, shade - 2, shade, 255], 4 * (i * width + j));
    }
    above = row;
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** A canvas that is sharp on any screen: its own pixels, then everything in units of the page. */
function onPaper(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.lineJoin = "round";
  context.font = "600 10px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  return context;
}

/** A line through points in units of the page; what lies far outside is cut short. */
function drawPath(context, points, [colour, dashes], width) {
  const near = ([x, y]) => [Math.max(-1e4, Math.min(x, 1e4)), Math.max(-1e4, Math.min(y, 1e4))];
  context.beginPath();
  points.map(near).forEach(([x, y]) => context.lineTo(x, y));
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

/** A white disc with the racer's letters, so that no one is told by colour alone. */
function drawHead(context, [x, y], code, [colour]) {
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = INK;
  context.fillText(code, x, y + 0.5);
}

function drawStar(context, [x, y]) {
  context.beginPath();
  for (let k = 0; k < 10; k++) {
    const [angle, radius] = [(k * Math.PI) / 5 - Math.PI / 2, k % 2 ? 3.5 : 8];
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = INK;
  context.fill();
}

/** Where a racer outside of the map is drawn: at the rim, on its way out. */
function atRim([x, y]) {
  const inside = (value, length) => Math.max(11, Math.min(value, length - 11));
  return [inside(x, MAP.width), inside(y, MAP.height)];
}

function drawMap(canvas, background, { landscape, start, runs, step }) {
  const context = onPaper(canvas, MAP.width, MAP.height);
  context.drawImage(background, 0, 0, MAP.width, MAP.height);
  landscape.minima.forEach((place) => drawStar(context, toMap(place)));
  const drawn = runs.map((run) => ({ ...run, seen: run.path.slice(0, step + 1).map(toMap) }));
  for (const { name, seen } of drawn) drawPath(context, seen, LOOKS[name], 2);
  drawCross(context, toMap(start));
  for (const { name, code, seen } of drawn)
    drawHead(context, atRim(seen.at(-1)), code, LOOKS[name]);
}

function drawCross(context, [x, y]) {
  context.beginPath();
  for (const [dx, dy] of [[6, 6], [6, -6]]) {
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
  context.strokeStyle = INK;
  context.lineWidth = 2.5;
  context.stroke();
}
