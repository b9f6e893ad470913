import { expect, it } from "vitest";
import { whenOf } from "./model";

const now = new Date(2026, 10, 21, 14).getTime();
const due = (hours: number) => ({ due_at: new Date(now + hours * 3_600_000).toISOString() });

it("parts late, today, later and no date by the clock one looks at", () => {
  expect(whenOf(due(-0.01), now)).toBe("late");
  expect(whenOf(due(9), now)).toBe("today");
  expect(whenOf(due(11), now)).toBe("later");
  expect(whenOf({ due_at: null }, now)).toBe("no_date");
});
