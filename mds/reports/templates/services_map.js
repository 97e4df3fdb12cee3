(() => {
  const form = document.getElementById("filters");
  const field = (name) => document.getElementById(name);
  const every = (selector) => [...document.querySelectorAll(selector)];
  const meets = (line, band) => {
    if (band === null) return true;
    if (line.dataset.ages !== undefined) return line.dataset.ages === band.value;
    if (line.dataset.ageFrom === undefined) return true;
    return Number(line.dataset.ageFrom) <= Number(band.dataset.last) && Number(line.dataset.ageTo) >= Number(band.dataset.first);
  };
  const equal = (have, wanted) => wanted === "" || have === undefined || have === wanted;
  const show = () => {
    const area = field("area").value, wanted = field("function").value, sector = field("sector").value;
    const category = field("category").value, chosen = field("ages").selectedOptions[0];
    const band = chosen.value === "" ? null : chosen;
    const fits = (line) => equal(line.dataset.area, area) && equal(line.dataset.function, wanted)
      && equal(line.dataset.sector, sector) && meets(line, band)
      && (category === "" || line.dataset.actCategories === undefined || line.dataset.actCategories.split(";").includes(category));
    const lines = every(".line");
    lines.forEach((line) => { line.hidden = !fits(line); });
    every(".of-area").forEach((cell) => { cell.hidden = !equal(cell.dataset.area, area); });
    every(".of-function").forEach((row) => { row.hidden = !equal(row.dataset.function, wanted); });
    every(".cell").forEach((cell) => {
      const count = band === null ? Number(cell.dataset.all) : Number(cell.dataset.counts.split(" ")[Number(band.dataset.place)]);
      cell.classList.remove("none", "one", "overlap", "unasked");
      cell.classList.add(count < 0 ? "unasked" : count === 0 ? "none" : count === 1 ? "one" : "overlap");
      cell.querySelector(".figure-of").textContent = count < 0 ? "not asked" : count === 0 ? "none" : String(count);
    });
    const services = every("#offered ~ div .line").filter((line) => !line.hidden).length;
    field("count").textContent = services === 1 ? "1 service and area fits" : services + " services and areas fit";
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
