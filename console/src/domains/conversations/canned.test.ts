import { expect, it } from "vitest";
import { cannedText, fitting } from "./canned";

const reply = (shortcut: string, text: Record<string, string>, team: string | null = null) => ({
  id: shortcut,
  shortcut,
  team,
  text,
});
const replies = [
  reply("hello", { en: "Hello!", fi: "Hei!" }),
  reply("test-ride", { en: "Book a test ride", fi: "Varaa koeajo" }, "sales"),
  reply("ride-home", { en: "Delivery" }, "care"),
];

it("speaks the visitor's language, else English, else whatever there is", () => {
  expect(cannedText(replies[0]!, "fi-FI")).toBe("Hei!");
  expect(cannedText(replies[0]!, "de")).toBe("Hello!");
  expect(cannedText(reply("x", { sv: "Hej" }), "fi")).toBe("Hej");
});

it("offers the team's own and everybody's, shortcuts first, then words", () => {
  expect(fitting(replies, "sales", "", "en").map((one) => one.shortcut)).toEqual(["hello", "test-ride"]);
  expect(fitting(replies, "sales", "ride", "en").map((one) => one.shortcut)).toEqual(["test-ride"]);
  expect(fitting(replies, "sales", "koeajo", "fi").map((one) => one.shortcut)).toEqual(["test-ride"]);
  expect(fitting(replies, "sales", "nothing", "fi")).toEqual([]);
});
