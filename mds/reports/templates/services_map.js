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
    const offered = every("#offered ~ div .line").filter((line) => ofOwner(line));
    every(".cell").forEach((cell) => {
      const counts = cell.dataset.counts.split(" ").map(Number);
      const here = offered.filter((line) => line.dataset.area === cell.dataset.area
        && line.dataset.function === cell.parentElement.dataset.function);
      const most = (first, last) => {
        let found = 0;
        for (let age = first; age <= last; age += 1) {
          const who = here.filter((line) => Number(line.dataset.ageFrom) <= age && Number(line.dataset.ageTo) >= age);
          found = Math.max(found, new Set(who.map((line) => line.dataset.providerCode)).size);
        }
        return found;
      };
      const asked = band === null || counts[Number(band.dataset.place)] >= 0;
      const count = !asked ? -1 : band === null ? most(0, 25) : most(Number(band.dataset.first), Number(band.dataset.last));
      cell.classList.remove("none", "one", "overlap", "unasked");
      cell.classList.add(count < 0 ? "unasked" : count === 0 ? "none" : count === 1 ? "one" : "overlap");
      cell.querySelector(".figure-of").textContent = count < 0 ? "not asked" : count === 0 ? "none" : String(count);
      // What is missing is missing of all services together, not of those of one owner or category.
      cell.querySelectorAll(".lacks").forEach((lack) => {
        const ages = lack.dataset.ages;
        lack.hidden = category !== "" || sector !== "" || (band !== null && (!asked || (ages !== "" && !within(ages, band))));
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
    field("count").textContent = services === 1 ? "1 service and area fits" : services + " services and areas fit";
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
