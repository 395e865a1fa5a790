// The SIP line alone, in two browsers that call each other through a real server.
import { expect, type Phone, test } from "./phones.ts";

/** Two registered phones that are in a call with each other, under those ids. */
async function talk(open: () => Promise<Phone>) {
  const [alice, bob] = await Promise.all([open(), open()]);
  await Promise.all([alice.register(), bob.register()]);
  await alice.tell({ type: "call", id: "out", fromNumber: "", toNumber: bob.user });
  const id = await bob.rung(alice);
  await bob.tell({ type: "answer", id });
  await Promise.all([
    alice.told({ type: "answered", id: "out" }),
    bob.told({ type: "answered", id }),
  ]);
  return { alice, bob, id };
}

test("the right password registers, a wrong one is told", async ({ open }) => {
  const phone = await open();
  await phone.tell({ type: "register", account: { user: phone.user, password: "guessed" } });
  await phone.told({ type: "unregistered", why: "wrong password", isRetrying: false });
  await phone.tell({ type: "register", account: phone.account });
  await phone.told({ type: "registered" });
  await phone.tell({ type: "unregister" });
  await phone.told({ type: "unregistered", isRetrying: false });
  expect((await phone.events()).map(({ type }) => type)).toEqual([
    "unregistered",
    "registered",
    "unregistered",
  ]);
});

test("a call rings, is answered, is heard at both ends, and the caller hangs up", async ({
  open,
}) => {
  const { alice, bob, id } = await talk(open);
  await alice.told({ type: "ringing", id: "out" });
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
  await alice.tell({ type: "hang up", id: "out" });
  await alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" });
  await bob.told({ type: "ended", id, endStatus: "COMPLETED" });
});
