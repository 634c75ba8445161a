// What jsonstat-toolkit reads from a JSON-stat document on standard input; the toolkit's folder is the argument.
const read = require(process.argv[2]);

let body = "";
process.stdin.on("data", (part) => { body += part; });
process.stdin.on("end", () => {
  const found = read(JSON.parse(body));
  const figures = [];
  for (const region of found.Dimension("region").id) {
    for (const cell of found.Dimension("cell").id) {
      const data = found.Data({ edition: found.Dimension("edition").id[0], region, cell });
      figures.push([region, cell, data.value, data.status ?? null]);
    }
  }
  const { class: kind, label, note, role, extension } = found;
  const names = found.Dimension("region").Category().map((category) => category.label);
  console.log(JSON.stringify({ kind, label, note, role, extension, names, figures }));
});
