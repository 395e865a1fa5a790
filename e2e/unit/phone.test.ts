// The phone without a page: what its user, its line and its call do, and what follows.
import { expect, test } from "@playwright/test";
import type { LineEvent } from "../../src/line/line.ts";
import { troublesOf } from "../../src/phone/screen.ts";
import { pressed, start } from "../../src/phone/telephone.ts";
import {
  answered,
  calling,
  id,
  incoming,
  loggedOut,
  numbers,
  Phone,
  ready,
  reloaded,
} from "./phone.ts";
import { available, dial } from "./widget.ts";

test.describe("the user logs in and out", () => {
  test("HubSpot hears of it once the line is there", () => {
    const phone = loggedOut().wishes({ type: "register" });
    expect(phone.told).toEqual([{ type: "register" }]);
    expect(phone.screen).toBe("log in");
    expect(phone.says({ type: "registered" }).screen).toBe("away");
    expect(phone.payloads("userLoggedIn")).toHaveLength(1);
    phone.says({ type: "registered" });
    expect(phone.payloads("userLoggedIn")).toHaveLength(1);
  });

  test("a wrong password logs nobody in, and says why", () => {
    const phone = loggedOut()
      .wishes({ type: "register", account: { user: "100", password: "wrong" } })
      .says({ type: "unregistered", why: "wrong password", isRetrying: false });
    expect(phone.screen).toBe("log in");
    expect(phone.telephone).toMatchObject({ line: "off", trouble: { why: "wrong password" } });
    expect(phone.sent).not.toContainEqual(expect.objectContaining({ method: "userLoggedOut" }));
  });

  test("who logs out is unregistered, and a line that comes back late logs nobody in", () => {
    const phone = ready().click("logout");
    expect(phone.told.at(-1)).toEqual({ type: "unregister" });
    phone.says({ type: "unregistered", isRetrying: false }).says({ type: "registered" });
    expect(phone.screen).toBe("log in");
  });

  test("a line that is lost and comes back keeps the user logged in; one that does not, does not", () => {
    const phone = ready().says({ type: "unregistered", why: "network gone", isRetrying: true });
    expect(phone.screen).toBe("keypad");
    expect(phone.telephone.trouble?.why).toBe("network gone");
    expect(phone.says({ type: "registered" }).telephone.trouble?.why).toBe("registration back");
    phone.says({ type: "unregistered", why: "wrong password", isRetrying: false });
    expect(phone.screen).toBe("log in");
    expect(phone.payloads("userLoggedOut")).toHaveLength(1);
  });

  test("a call goes on without its line, and the user is logged out after it", () => {
    const phone = answered().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    phone.says({ type: "unregistered", why: "registration lost", isRetrying: false });
    expect(phone.screen).toBe("in call");
    phone.says({ type: "ended", id: id(phone), endStatus: "COMPLETED" });
    expect(phone.state.isLoggedIn).toBe(false);
  });

  test("after a reload the line is registered again, with the account that was kept", () => {
    expect(reloaded(ready()).told).toEqual([{ type: "register", account: undefined }]);
    const account = { user: "100", password: "secret" };
    const again = reloaded(ready(), { can: ["account"], account });
    expect(again.told).toEqual([{ type: "register", account }]);
    const without = reloaded(ready(), { can: ["account"] });
    expect([without.told, without.screen]).toEqual([[], "log in"]);
  });
});

test.describe("the user calls", () => {
  test("the line calls, and HubSpot hears what it tells", () => {
    const phone = calling();
    expect(phone.orders).toEqual([
      {
        type: "call",
        id: id(phone),
        fromNumber: "+1 212 555 0100",
        toNumber: "+44 20 7946 0018",
      },
    ]);
    expect([phone.screen, phone.status]).toEqual(["calling", "Calling…"]);
    expect(phone.says({ type: "ringing", id: id(phone) }).status).toBe("Ringing…");
    phone.says({ type: "answered", id: id(phone) });
    expect([phone.screen, phone.status]).toEqual(["in call", "In call"]);
    phone.says({ type: "ended", id: id(phone), endStatus: "COMPLETED" });
    expect(phone.screen).toBe("ended");
    expect(phone.sent.map(({ method }) => method).slice(-3)).toEqual([
      "outgoingCall",
      "callAnswered",
      "callEnded",
    ]);
    // It has hung up itself.
    expect(phone.orders).toHaveLength(1);
  });

  test("why nobody answered stands on the screen, and HubSpot hears it", () => {
    const phone = calling().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    phone.says({ type: "ended", id: id(phone), endStatus: "BUSY", why: "busy" });
    expect(phone.status).toBe("The line is busy.");
    expect(phone.payloads("callEnded")).toMatchObject([{ callEndStatus: "BUSY" }]);
  });

  for (const [who, hangUp] of [
    ["the user", (phone: Phone) => phone.click("endcall")],
    ["HubSpot", (phone: Phone) => phone.hubspot("END_CALL")],
  ] as const)
    test(`when ${who} hangs up, so does the line, once`, () => {
      const phone = hangUp(answered());
      expect(phone.orders.at(-1)).toEqual({ type: "hang up", id: id(phone) });
      const { length } = phone.orders;
      phone.says({ type: "ended", id: id(phone), endStatus: "COMPLETED" }).waits(1000);
      expect(phone.orders).toHaveLength(length);
      expect(phone.payloads("callEnded")).toHaveLength(1);
    });

  test("a transferred call is over here", () => {
    const phone = answered();
    phone.wishes({ type: "transfer", id: id(phone), toNumber: "201" });
    expect(phone.orders.at(-1)).toMatchObject({ type: "transfer", toNumber: "201" });
    phone.says({ type: "transferred", id: id(phone) });
    expect(phone.screen).toBe("ended");
    expect(phone.payloads("callTransferred")).toHaveLength(1);
  });
});

test.describe("the user is called", () => {
  test("answering asks the line, and HubSpot hears of it when both ends hear each other", () => {
    const phone = incoming();
    expect([phone.screen, phone.status]).toEqual(["incoming", "Incoming call"]);
    phone.wishes({ type: "answer", id: "in" }).wishes({ type: "answer", id: "in" });
    expect(phone.orders).toEqual([{ type: "answer", id: "in" }]);
    expect(phone.status).toBe("Answering…");
    expect(phone.payloads("callAnswered")).toHaveLength(0);
    expect(phone.says({ type: "answered", id: "in" }).screen).toBe("in call");
    expect(phone.payloads("callAnswered")).toHaveLength(1);
  });

  test("declining rejects it on the line", () => {
    const phone = incoming().click("endcall");
    expect(phone.orders).toEqual([{ type: "reject", id: "in" }]);
    expect(phone.payloads("callEnded")).toMatchObject([{ callEndStatus: "REJECTED" }]);
  });

  test("a caller who gives up is missed", () => {
    const phone = incoming().says({ type: "ended", id: "in", endStatus: "MISSED" });
    expect(phone.screen).toBe("ended");
    expect(phone.payloads("callEnded")).toMatchObject([{ callEndStatus: "MISSED" }]);
  });

  for (const [when, phone] of [
    ["during another", () => answered()],
    ["while the user is away", () => ready().click("userunavailable")],
    ["while the user is logged out", () => ready().click("logout")],
  ] as const)
    test(`a call that comes ${when} is refused on the line and listed as missed`, () => {
      const { screen, orders } = phone();
      const rung = phone().says({ type: "incoming", id: "second", ...numbers });
      expect(rung.orders).toEqual([...orders, { type: "reject", id: "second" }]);
      expect(rung.state.missed).toMatchObject([{ externalCallId: "second" }]);
      expect(rung.screen).toBe(screen);
      expect(rung.payloads("incomingCall")).toHaveLength(0);
      // It is over, even if the line tells of it once more when it could be taken.
      const { call } = rung.state;
      rung.state = { ...rung.state, call: { status: "idle" }, isLoggedIn: true, isAvailable: true };
      rung.says({ type: "incoming", id: "second", ...numbers });
      expect([rung.state.call.status, call.status === "ringing"]).toEqual(["idle", false]);
    });

  test("a ring that is told twice is not refused", () => {
    const phone = incoming().says({ type: "incoming", id: "in", ...numbers });
    expect([phone.screen, phone.orders]).toEqual(["incoming", []]);
  });
});

test.describe("what the line tells late, twice or of other calls changes nothing", () => {
  const events = (call: string): LineEvent[] => [
    { type: "incoming", id: call, ...numbers },
    { type: "ringing", id: call },
    { type: "answered", id: call },
    { type: "muted", id: call, isOn: true },
    { type: "held", id: call, isOn: true, byThem: true },
    { type: "quality", id: call, quality: { loss: 1, jitter: 1, roundTrip: 1 } },
    { type: "transferred", id: call },
    { type: "trouble", id: call, why: "microphone denied" },
    { type: "ended", id: call, endStatus: "FAILED" },
  ];

  test("of a call that is over and saved", () => {
    const phone = incoming("first").says({ type: "ended", id: "first", endStatus: "MISSED" });
    phone
      .hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 })
      .click("completecall")
      .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    for (const event of events("first")) phone.says(event);
    expect(phone.screen).toBe("keypad");
    const { length } = phone.sent;
    phone.says({ type: "incoming", id: "next", ...numbers });
    for (const event of events("first")) phone.says(event);
    expect([phone.screen, phone.leg?.isMuted, phone.leg?.stage]).toEqual([
      "incoming",
      false,
      "incoming",
    ]);
    expect(phone.sent).toHaveLength(length + 1);
    expect(phone.telephone.trouble).toBeUndefined();
  });

  test("of the call that is on, in the wrong order", () => {
    const phone = answered();
    phone.says({ type: "ringing", id: id(phone) }).says({ type: "answered", id: id(phone) });
    expect(phone.status).toBe("In call");
    expect(phone.payloads("callAnswered")).toHaveLength(1);
    phone.says({ type: "ended", id: id(phone), endStatus: "COMPLETED" });
    phone
      .says({ type: "answered", id: id(phone) })
      .says({ type: "ended", id: id(phone), endStatus: "FAILED" });
    expect(phone.payloads("callEnded")).toHaveLength(1);
  });

  test("a click that comes when the call is over reaches no line", () => {
    const phone = answered();
    const call = id(phone);
    phone.click("endcall");
    const { orders } = phone;
    for (const type of ["mute", "hold", "record"] as const)
      phone.wishes({ type, id: call, isOn: true });
    phone.wishes({ type: "digits", id: call, digits: "5" }).wishes({ type: "answer", id: call });
    phone.wishes({ type: "transfer", id: "another", toNumber: "201" });
    expect(phone.orders).toEqual(orders);
  });
});

test("mute, hold, digits and the recording are shown as the line has them", () => {
  const phone = answered();
  const call = id(phone);
  phone
    .wishes({ type: "mute", id: call, isOn: true })
    .wishes({ type: "digits", id: call, digits: "4" })
    .wishes({ type: "digits", id: call, digits: "2" });
  expect(phone.leg).toMatchObject({ isMuted: false, digits: "42" });
  phone.says({ type: "digits", id: call, digits: "#" });
  expect(phone.leg?.digits).toBe("42#");
  phone.says({ type: "muted", id: call, isOn: true });
  expect(phone.status).toBe("Muted");
  phone.says({ type: "held", id: call, isOn: true, byThem: true });
  expect(phone.status).toBe("Put on hold by the other end");
  phone.says({ type: "held", id: call, isOn: true, byThem: false });
  expect(phone.status).toBe("On hold");
  phone.says({ type: "recording", id: call, isOn: true });
  expect(phone.leg).toMatchObject({ isHeld: true, isHeldByThem: true, isRecording: true });
  phone.click("endcall").says({ type: "digits", id: call, digits: "9" });
  expect(phone.leg?.digits).toBe("42#");
  phone.says({ type: "recorded", id: call, recording: new Blob(["voice"]) });
  expect(phone.leg).toMatchObject({ isRecording: false, recordings: [expect.any(Blob)] });
});

test("a call that is recorded twice has both recordings", () => {
  const phone = answered();
  for (const voice of ["first", "second"])
    phone.says({ type: "recorded", id: id(phone), recording: new Blob([voice]) });
  expect(phone.leg?.recordings.map(({ size }) => size)).toEqual([5, 6]);
});

test("digits that are refused while the call is held are not shown as sent", () => {
  const phone = answered();
  phone.says({ type: "held", id: id(phone), isOn: true, byThem: false });
  phone.wishes({ type: "digits", id: id(phone), digits: "4" });
  expect(phone.leg?.digits).toBe("");
});

test("what went wrong is told no longer once it is well again, or in the next call", () => {
  const phone = answered();
  const trouble = { type: "trouble", id: id(phone), why: "microphone denied" } as const;
  const mute = (isOn: boolean) => phone.says({ type: "muted", id: id(phone), isOn });
  mute(true).says(trouble);
  expect(mute(false).telephone.trouble).toBeUndefined();
  phone.says(trouble).click("endcall").waits(10_000).click("completecall");
  expect(phone.telephone.trouble?.why).toBe("microphone denied");
  phone.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", {}).edit("toNumber", "201").click("outgoingcall");
  expect(phone.telephone.trouble).toBeUndefined();
});

test("of several troubles each is shown, once the one before was dismissed", () => {
  const phone = answered();
  phone.says({ type: "trouble", id: id(phone), why: "microphone denied" });
  phone.hubspot("NEWER_FAILED", { error: { message: "no seat" } });
  const [first, second, ...others] = troublesOf({ ...phone, isKept: true });
  expect(first).toContain("microphone");
  expect(second).toContain("no seat");
  expect(others).toEqual([]);
});

test("a call that is over before it is heard to come in does not ring", () => {
  const phone = ready().says({ type: "ended", id: "in", endStatus: "MISSED" });
  phone.says({ type: "incoming", id: "in", ...numbers });
  expect(phone.screen).toBe("keypad");
});

test("where the recording can be heard goes to HubSpot with what the user has added, if it is an https address", () => {
  for (const url of ["http://app.example/1.wav", "blob:x", "1.wav", undefined]) {
    const phone = answered().click("endcall");
    phone.says({ type: "recorded", id: id(phone), url });
    expect(phone.state.form.engagementProperties).toBe("");
  }
  const phone = answered().edit("engagementProperties", '{"tier":"gold"}').click("endcall");
  phone.says({ type: "recorded", id: id(phone), url: "https://app.example/1.wav" });
  phone.waits(10_000).click("completecall");
  expect(phone.payloads("callCompleted")).toMatchObject([
    {
      engagementProperties: { tier: "gold", hs_call_recording_url: "https://app.example/1.wav" },
    },
  ]);
});

test("the next call that HubSpot asked for begins when this one is saved", () => {
  const phone = answered()
    .hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 })
    .hubspot("DIAL_NUMBER", dial("+1 212 555 0187", 99_999))
    .click("endcall")
    .wishes({ type: "call next", toNumber: "+1 212 555 0187" })
    .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(phone.screen).toBe("calling");
  expect(phone.state.call).toMatchObject({
    toNumber: "+1 212 555 0187",
    dial: { number: "+1 212 555 0187" },
  });
});

test("a frame that does not hold the call follows nothing", () => {
  const phone = calling().isHeldBy("another frame");
  const { length } = phone.told;
  phone.says({ type: "registered" });
  phone.hubspot("END_CALL");
  expect(phone.told).toHaveLength(length);
});

test("no other frame is rung in a panel that nobody holds", () => {
  expect(new Phone(available().isHeldBy("")).screen).toBe("no window");
  expect(new Phone().screen).toBe("connecting");
});

test("hanging up gives up a call that nobody has answered, and a call without its voice has failed", () => {
  const calling = new Phone(available()).click("outgoingcall");
  const endOf = (phone: Phone, telephone = phone.telephone) =>
    pressed(phone.state, telephone, "endcall", "new");
  expect(endOf(calling)).toMatchObject({ type: "endcall", endStatus: "CANCELED" });
  // Its page was loaded again.
  expect(endOf(calling, start)).toMatchObject({ type: "endcall", endStatus: "FAILED" });
  const answered = calling.click("answercall");
  expect(endOf(answered)).not.toHaveProperty("endStatus");
  expect(pressed(answered.state, answered.telephone, "login", "new")).toMatchObject({
    type: "login",
  });
});
