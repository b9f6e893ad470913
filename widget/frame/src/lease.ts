/**
 * Runs `work` in one tab at a time. Browsers without locks (plain http outside this machine) run it at once: order
 * between tabs is then by luck, and the message's `cid` keeps it single.
 */
export async function whileAlone(name: string, work: () => Promise<void>): Promise<void> {
  if (navigator.locks) await navigator.locks.request(name, work);
  else await work();
}
