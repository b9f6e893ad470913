// The shop's own script: the basket, the checkout, and what they tell Overture.
// Overture's loader may come later or never; calls made before it wait in a queue that it takes over.
window.overture =
  window.overture ||
  function () {
    (window.overture.q = window.overture.q || []).push(arguments);
  };

const language = document.documentElement.lang;
const LOCALES = { en: "en-IE", fi: "fi-FI", sv: "sv-SE" };
const KEPT = "nordic-bikes.basket";
const ORDERED = "nordic-bikes.order";

function euros(value) {
  const digits = Number.isInteger(value) ? 0 : 2;
  return new Intl.NumberFormat(LOCALES[language], {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

// Private windows may refuse storage: then the basket lasts as long as the page.
const memory = new Map();

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // kept in memory above
  }
}

function isLine(line) {
  return typeof line?.id === "string" && Number.isFinite(line.price) && Number.isInteger(line.quantity);
}

function basket() {
  const kept = read(KEPT);
  return Array.isArray(kept) ? kept.filter(isLine) : [];
}

function sums(lines) {
  const cents = lines.reduce((sum, line) => sum + Math.round(line.price * 100) * line.quantity, 0);
  return { value: cents / 100, items: lines.reduce((sum, line) => sum + line.quantity, 0) };
}

function showCount({ items }) {
  for (const badge of document.querySelectorAll("[data-basket-count]")) {
    badge.textContent = String(items);
    badge.hidden = items === 0;
  }
}

function tell() {
  const now = sums(basket());
  showCount(now);
  window.overture("cart", now);
}

function change(lines) {
  write(KEPT, lines);
  tell();
}

function add(id, size, price) {
  const lines = basket();
  const same = lines.find((line) => line.id === id && line.size === size);
  if (same) same.quantity = Math.min(9, same.quantity + 1);
  else lines.push({ id, size, price, quantity: 1 });
  change(lines);
}

// Product pages

function wireBuying(form) {
  const chosen = () => form.elements.size?.value;
  const missing = form.querySelector("[data-size-error]");
  form.addEventListener("change", () => {
    if (missing) missing.hidden = true;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.elements.size && !chosen()) {
      missing.hidden = false;
      form.querySelector("input[name=size]").focus();
      window.overture("event", "form_error", { field: "size" });
      return;
    }
    add(form.dataset.add, chosen() ?? "", Number(form.dataset.amount));
    const added = form.querySelector("[data-added] span");
    added.hidden = false;
    added.scrollIntoView({ block: "nearest" });
  });
}

// Basket and checkout

function deliveryFor(root, value) {
  const picked = root.querySelector("input[name=delivery]:checked")?.value === "store";
  return picked || value >= Number(root.dataset.freeFrom) ? 0 : Number(root.dataset.homeDelivery);
}

function showTotals(root) {
  const { value } = sums(basket());
  const delivery = deliveryFor(root, value);
  const free = root.querySelector("[data-delivery]");
  root.querySelector("[data-subtotal]").textContent = euros(value);
  free.textContent = delivery ? euros(delivery) : free.dataset.free;
  const total = Math.round((value + delivery) * 100) / 100;
  root.querySelector("[data-total]").textContent = euros(total);
  return total;
}

function fillLine(row, line, product) {
  for (const link of row.querySelectorAll("[data-link]")) link.href = product.path;
  row.querySelector("[data-name]").textContent = product.name;
  row.querySelector("[data-price]").textContent = euros(line.price * line.quantity);
  const size = row.querySelector("[data-size]");
  size.textContent = line.size ? `${size.dataset.label} ${line.size}` : "";
  const kind = row.querySelector("[data-kind]");
  if (!kind) {
    if (line.quantity > 1) row.querySelector("[data-name]").textContent += ` × ${line.quantity}`;
    return;
  }
  kind.textContent = product.kind;
  row.querySelector(".tile").classList.add(`tint-${product.tint}`);
  row.querySelector("img").src = product.drawing;
  row.querySelector("source").srcset = product.drawing_night;
}

function wireLine(row, line, redraw) {
  const quantity = row.querySelector("[data-quantity]");
  if (!quantity) return;
  const isThis = (other) => other.id === line.id && other.size === line.size;
  quantity.value = String(line.quantity);
  quantity.addEventListener("change", () => {
    const wanted = Number(quantity.value);
    change(basket().map((other) => (isThis(other) ? { ...other, quantity: wanted } : other)));
    redraw();
  });
  row.querySelector("[data-remove]").addEventListener("click", () => {
    change(basket().filter((other) => !isThis(other)));
    redraw();
    document.querySelector("main h1").focus();
  });
}

function drawBasket(root, products) {
  const lines = basket().filter((line) => products[line.id]);
  const list = root.querySelector("[data-lines]");
  root.querySelector("[data-empty]").hidden = lines.length > 0;
  root.querySelector("[data-full]").hidden = lines.length === 0;
  list.replaceChildren(
    ...lines.map((line) => {
      const row = root.querySelector("template[data-line]").content.firstElementChild.cloneNode(true);
      fillLine(row, line, products[line.id]);
      wireLine(row, line, () => drawBasket(root, products));
      return row;
    }),
  );
  showTotals(root);
}

async function wireBasket(root) {
  root.querySelector("h1").tabIndex = -1;
  const response = await fetch("/catalogue.json");
  const products = await response.json();
  drawBasket(root, products);
  window.addEventListener("storage", (event) => {
    if (event.key === KEPT) drawBasket(root, products);
  });
  const form = root.querySelector("[data-checkout]");
  if (form) wireCheckout(root, form);
}

// Each rule answers whether the value will do; an empty one is told apart before.
const RULES = {
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text),
  phone: (text) => /^\+?[\d\s()-]{6,20}$/.test(text) && text.replace(/\D/g, "").length >= 6,
  zip: (text) => /^\d{3}\s?\d{2}$/.test(text),
};

function problemWith(input) {
  const text = input.value.trim();
  if (text === "") return input.dataset.required;
  const fits = RULES[input.name];
  return fits && !fits(text) ? input.dataset.wrong : "";
}

function check(input) {
  const problem = problemWith(input);
  const place = document.getElementById(`${input.name}-error`);
  const before = place.textContent;
  place.textContent = problem;
  place.hidden = problem === "";
  input.setAttribute("aria-invalid", String(problem !== ""));
  if (problem && problem !== before) window.overture("event", "form_error", { field: input.name });
  return problem === "";
}

function orderId() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return `NB-${(high.toString(36) + low.toString(36)).slice(-9).toUpperCase().padStart(9, "0")}`;
}

function wireCheckout(root, form) {
  const inputs = [...form.querySelectorAll(".field input")];
  for (const input of inputs) {
    input.addEventListener("blur", () => {
      if (input.value.trim() !== "" || input.hasAttribute("aria-invalid")) check(input);
    });
    input.addEventListener("input", () => {
      if (input.getAttribute("aria-invalid") === "true") check(input);
    });
  }
  form.addEventListener("change", () => showTotals(root));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = inputs.filter((input) => !check(input));
    form.querySelector("[data-errors]").hidden = wrong.length === 0;
    if (wrong.length > 0) {
      wrong[0].focus();
      return;
    }
    write(ORDERED, { id: orderId(), value: showTotals(root), currency: "EUR", email: form.elements.email.value.trim() });
    write(KEPT, []);
    location.assign("/order/confirmed");
  });
}

function showOrder(root) {
  const order = read(ORDERED);
  root.querySelector("[data-ordered]").hidden = !order;
  root.querySelector("[data-nothing]").hidden = Boolean(order);
  if (!order) return;
  root.querySelector("[data-order-id]").textContent = order.id;
  root.querySelector("[data-order-total]").textContent = euros(order.value);
  root.querySelector("[data-order-email]").textContent = order.email;
  // Told again after a reload; an order's id counts once.
  window.overture("order", { id: order.id, value: order.value, currency: order.currency });
}

function start(selector, wire) {
  for (const found of document.querySelectorAll(selector)) wire(found);
}

start("[data-order]", showOrder);
tell();
start("[data-add]", wireBuying);
start("[data-basket]", wireBasket);
window.addEventListener("storage", (event) => {
  if (event.key === KEPT) showCount(sums(basket()));
});
