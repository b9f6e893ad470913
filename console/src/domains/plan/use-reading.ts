import { useStore } from "@shared/lib/store";
import { useEffect, useMemo } from "react";
import { type Change, changesOf, checkText, type Reading, tryText } from "./api";
import { isCurrent, type Latest, latest } from "./latest";
import type { Trial } from "./trial";

// A check takes some 10 ms, a trial of a month some hundred: what costs more waits for a longer pause.
const CHECK_AFTER = 300;
const TRY_AFTER = 900;
const COMPARE_AFTER = 500;

export interface Understood {
  check: Latest<string, Reading>;
  /** The newest reading that was sound, of whatever text. */
  changes: Latest<string, Change[]>;
  trial: Latest<TrialQuestion, Trial>;
  checkAgain: () => void;
  tryAgain: () => void;
}

export interface TrialQuestion {
  text: string;
  /** The plan in force, if the text is another one. */
  compare: string | undefined;
}

const sameTrial = (one: TrialQuestion, other: TrialQuestion) =>
  one.text === other.text && one.compare === other.compare;

/** What a text means, asked as one types: its problems, what it would change, what it would have done. */
export function useUnderstood(site: string, text: string | undefined, inForce: string | undefined): Understood {
  const askers = useMemo(
    () => ({
      check: latest((asked: string) => checkText(site, asked), CHECK_AFTER),
      changes: latest((asked: string) => changesOf(site, asked), COMPARE_AFTER),
      trial: latest(
        ({ text: asked, compare }: TrialQuestion) => tryText(site, asked, { compare }),
        TRY_AFTER,
        sameTrial,
      ),
    }),
    [site],
  );
  useEffect(() => () => Object.values(askers).forEach((asker) => void asker.stop()), [askers]);
  const check = useStore(askers.check.now);
  const changes = useStore(askers.changes.now);
  const trial = useStore(askers.trial.now);
  useEffect(() => {
    if (text !== undefined) askers.check.ask(text);
  }, [askers, text]);
  const sound = isCurrent(check) && check.answer?.asked === text && check.answer?.value.sound === true;
  useEffect(() => {
    if (text === undefined) return;
    if (!sound) {
      askers.changes.stop();
      askers.trial.stop();
      return;
    }
    askers.trial.ask({ text, compare: inForce === undefined || inForce === text ? undefined : inForce });
    if (inForce !== undefined) askers.changes.ask(text);
  }, [askers, sound, text, inForce]);
  return { check, changes, trial, checkAgain: askers.check.again, tryAgain: askers.trial.again };
}
