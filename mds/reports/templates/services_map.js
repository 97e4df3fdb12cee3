(() => {
  const form = document.getElementById("filters");
  const field = (name) => document.getElementById(name);
  const every = (selector) => [...document.querySelectorAll(selector)];
  // "under 1", "16-19" or "11-13, 15": whether any of these years is one of the band.
  const within = (ages, band) => ages.split(", ").some((run) => {
    const [first, last] = run === "under 1" ? [0, 0] : run.split("-").map(Number);
    return first <= Number(band.dataset.last) && (last ?? first) >= Number(band.dataset.first);
  });
  const meets = (line, band) => {
    if (band === null) return true;
    if (line.dataset.ages !== undefined) return within(line.dataset.ages, band);
    if (line.dataset.ageFrom === undefined) return true;
    return Number(line.dataset.ageFrom) <= Number(band.dataset.last) && Number(line.dataset.ageTo) >= Number(band.dataset.first);
  };
  const equal = (have, wanted) => wanted === "" || have === undefined || have === wanted;
  const show = () => {
    const area = field("area").value, wanted = field("function").value, sector = field("sector").value;
    const category = field("category").value, chosen = field("ages").selectedOptions[0];
    const band = chosen.value === "" ? null : chosen;
    const ofOwner = (line) => equal(line.dataset.sector, sector)
      && (category === "" || line.dataset.actCategories === undefined || line.dataset.actCategories.split(";").includes(category));
    const fits = (line) => equal(line.dataset.area, area) && equal(line.dataset.function, wanted) && ofOwner(line) && meets(line, band);
    const lines = every(".line");
    lines.forEach((line) => { line.hidden = !fits(line); });
    every(".of-area").forEach((cell) => { cell.hidden = !equal(cell.dataset.area, area); });
    every(".of-function").forEach((row) => { row.hidden = !equal(row.dataset.function, wanted); });
    const someOnly = category !== "" || sector !== "";
    const offered = every("#offered ~ div .line").filter((line) => ofOwner(line));
    every(".cell").forEach((cell) => {
      const row = cell.parentElement.dataset;
      const here = offered.filter((line) => line.dataset.area === cell.dataset.area && line.dataset.function === row.function);
      const first = Math.max(Number(row.first), band === null ? 0 : Number(band.dataset.first));
      const last = Math.min(Number(row.last), band === null ? Infinity : Number(band.dataset.last));
      let count = 0;
      for (let age = first; age <= last; age += 1) {
        const who = here.filter((line) => Number(line.dataset.ageFrom) <= age && Number(line.dataset.ageTo) >= age);
        count = Math.max(count, new Set(who.map((line) => line.dataset.providerCode)).size);
      }
      // Of all owners and categories: where these are none there is a gap, else those chosen are not among them.
      const all = Number(band === null ? cell.dataset.all : cell.dataset.counts.split(" ")[Number(band.dataset.place)]);
      const asked = all >= 0;
      const look = !asked || (count === 0 && all > 0) ? "unasked" : count === 0 ? "none" : count === 1 ? "one" : "overlap";
      cell.classList.remove("none", "one", "overlap", "unasked");
      cell.classList.add(look);
      cell.querySelector(".figure-of").textContent = !asked ? "not asked" : look === "none" ? "none" : String(count);
      // What is missing is missing of all services together, not of those of one owner or category.
      cell.querySelectorAll(".lacks").forEach((lack) => {
        const ages = lack.dataset.ages;
        lack.hidden = someOnly || (band !== null && (!asked || (ages !== "" && !within(ages, band))));
      });
    });
    every(".tile").forEach((tile) => {
      const gaps = every("#gaps ~ div .line").filter((line) => line.dataset.area === tile.dataset.area
        && equal(line.dataset.function, wanted) && meets(line, band));
      const functions = new Set(gaps.map((line) => line.dataset.function)).size;
      tile.querySelector(".big").textContent = String(functions);
      tile.querySelector(".of-gaps").textContent = functions === 1 ? "function with gaps" : "functions with gaps";
    });
    const services = every("#offered ~ div .line").filter((line) => !line.hidden).length;
    const together = someOnly ? ". Gaps, overlaps and hours of access below are of all services together." : "";
    field("count").textContent = (services === 1 ? "1 service and area fits" : services + " services and areas fit") + together;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
