/**
 * Runs `work` in one tab at a time. Where the browser has no locks (plain http outside this machine) or forbids them
 * (storage that is blocked) it runs at once: order between tabs is then by luck, and the message's `cid` keeps it single.
 */
export async function whileAlone(name: string, work: () => Promise<void>): Promise<void> {
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return work();
  };
  try {
    await navigator.locks.request(name, begin);
  } catch (error) {
    if (hasBegun) throw error;
    await work();
  }
}
