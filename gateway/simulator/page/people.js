// Who is on the page: customers, the numbers of the business, and their names.

import { $, element } from "./dom.js";
import { t } from "./words.js";

export const key = (p) => p.wa_id || p.bsuid;
export const nameOf = (p) => p.name || (p.username ? "@" + p.username : key(p));
export const initials = (name) => name.replace("@", "").split(/\s+/).slice(0, 2).map((w) => w[0] || "").join("").toUpperCase();
// Numbers of one business are told apart by what follows its name.
const shortName = (n) => (n.name || n.display).split(" · ").at(-1);

// chip names a number in the colour that it has in the inbox, too, which orders
// numbers by their digits.
function chip(n, numbers) {
  const rank = numbers.filter((other) => other.display < n.display).length;
  const e = element("span", "numchip n" + ((rank % 5) + 1), shortName(n));
  e.title = n.name;
  return e;
}

const whereabouts = (p) => p.place || (p.hide_phone ? (p.username ? "@" + p.username + " · " : "") + t("noPhone") : "+" + p.wa_id);

/** Lists the customers; chosen is {phone, number}, and choose(phone, number) takes another. */
export function showPhones(state, chosen, choose) {
  const rows = state.phones.map((p, i) => {
    const row = element("button", "cust");
    row.type = "button";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(key(p) === chosen.phone));
    const text = element("span", "txt");
    text.append(element("b", "cut", nameOf(p)), element("small", "cut", whereabouts(p)));
    row.append(element("span", "av t" + ((i % 6) + 1), initials(nameOf(p))), text);
    const business = state.numbers.find((n) => n.id === (key(p) === chosen.phone ? chosen.number : p.number));
    if (business) row.append(chip(business, state.numbers));
    row.onclick = () => choose(key(p), p.number || chosen.number);
    return row;
  });
  $("phones").replaceChildren(...rows);
}

/** Shows to which number the customer writes, and who both are on the handset. */
export function showNumbers(state, chosen) {
  const options = state.numbers.map((n) => {
    const option = element("option", "", n.name ? shortName(n) : "+" + n.display);
    option.title = "+" + n.display;
    option.value = n.id;
    option.selected = n.id === chosen.number;
    return option;
  });
  $("number").replaceChildren(...options);
  const business = state.numbers.find((n) => n.id === chosen.number);
  const person = state.phones.find((p) => key(p) === chosen.phone);
  $("business").textContent = business ? business.name || "+" + business.display : "";
  $("business-mark").textContent = business ? initials(business.name || business.display) : "";
  $("os-name").textContent = person ? nameOf(person) : "";
  $("handset").setAttribute("aria-label", t("phone", { name: person ? nameOf(person) : "" }));
}

/** Makes the dialog for a new customer work: add(customer) promises, added(address) hears of it. */
export function offerCustomer(add, added) {
  $("new-phone").onclick = () => {
    $("new-form").reset();
    $("new-error").hidden = true;
    $("new-dialog").showModal();
  };
  $("new-form").onsubmit = (event) => {
    if (event.submitter.value === "cancel") return;
    event.preventDefault();
    const name = $("new-name").value.trim();
    const customer = { name, wa_id: $("new-wa").value, hide_phone: $("new-hide").checked };
    if (customer.hide_phone) Object.assign(customer, { username: name.toLowerCase().replace(/[^a-z0-9]+/g, ".") });
    add(customer).then(
      () => {
        $("new-dialog").close();
        added(customer.wa_id);
      },
      (error) => {
        $("new-error").textContent = error.message;
        $("new-error").hidden = false;
      },
    );
  };
}
