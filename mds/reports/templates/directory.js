(() => {
  const form = document.getElementById("filters");
  const field = (name) => document.getElementById(name);
  const entries = [...document.querySelectorAll(".entry")];
  const sections = [...document.querySelectorAll(".need")];
  const links = [...document.querySelectorAll(".needs li")];
  const holds = (cover, day, hour) => {
    if (hour === "") return day === "" || cover.dataset.days.split(" ").includes(day);
    const hours = cover.dataset.hours.split(" ").filter((text) => text !== "").map(Number);
    return hours.some((at) => (day === "" || Math.floor(at / 24) === Number(day)) && at % 24 === Number(hour));
  };
  const covers = (entry, day, hour) => {
    const scopes = [...entry.querySelectorAll(".cover")];
    scopes.forEach((cover) => { cover.hidden = !holds(cover, day, hour); });
    return (day === "" && hour === "") || scopes.some((cover) => !cover.hidden);
  };
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const texts = new Map(entries.map((entry) => [
    entry, plain(entry.closest(".need").querySelector("h2").textContent + " " + entry.textContent)]));
  const says = (entry, words) => plain(words).split(/\s+/).every((word) => texts.get(entry).includes(word));
  const fits = (entry) => {
    const need = field("need").value, area = field("area").value, age = field("age").value;
    return says(entry, field("words").value)
      && (need === "" || entry.dataset.need === need)
      && (area === "" || entry.dataset.areas.split(" ").includes(area))
      && (age === "" || (Number(age) >= Number(entry.dataset.from) && Number(age) <= Number(entry.dataset.to)))
      && covers(entry, field("day").value, field("hour").value)
      && (!field("self").checked || entry.dataset.self === "Y");
  };
  const show = () => {
    entries.forEach((entry) => { entry.hidden = !fits(entry); });
    sections.forEach((section, place) => {
      section.hidden = !section.querySelector(".entry:not([hidden])");
      links[place].hidden = section.hidden;
    });
    const shown = entries.filter((entry) => !entry.hidden).length;
    field("count").textContent = shown === 0 ? "No service fits. Take a filter away."
      : shown === 1 ? "1 service" : shown + " services";
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
