// The phone whose page is loaded again during a call: what is left, and what its user can do.
import { expect, test } from "@playwright/test";
import type { Feature } from "../../src/line/line.ts";
import { endWords, primaryOf } from "../../src/phone/screen.ts";
import { answered, calling, id, incoming, numbers, Phone, ready, reloaded } from "./phone.ts";
import { hold } from "./widget.ts";

test("a call that has lost its sound is called back where that can be, and else completed", () => {
  const lost = (from: string, can: readonly Feature[]) => {
    const before = ready().says({ type: "incoming", id: "in", ...numbers, fromNumber: from });
    before.says({ type: "answered", id: "in" });
    const phone = reloaded(before, { can });
    expect(phone.screen).toBe("lost");
    return primaryOf(phone.telephone, phone.state);
  };
  expect(lost(numbers.fromNumber, [])).toBe("callback");
  expect(lost("anonymous", [])).toBe("endcall");
  // Whose account was not kept is not registered, and calls nobody.
  expect(lost(numbers.fromNumber, ["account"])).toBe("endcall");
});

test.describe("a page that is loaded again during a call", () => {
  test("has the call and not its voice, and calls nobody by itself", () => {
    for (const before of [calling(), answered(), incoming()]) {
      const phone = reloaded(before).says({ type: "registered" }).waits(1000);
      expect([phone.screen, phone.orders]).toEqual(["lost", []]);
      expect(endWords(phone.state.call, phone.screen)).toBe("Complete");
    }
  });

  test("… also where it hears of the call from another frame, since storage was full", () => {
    const before = calling();
    const phone = Object.assign(new Phone(), { now: before.now });
    phone.hubspot("READY", { iframeLocation: "widget" }).happens(hold);
    const alone = phone.state;
    phone.state = { ...alone, call: before.state.call, isLoggedIn: true };
    phone.follows(alone).says({ type: "registered" }).waits(1000);
    expect([phone.screen, phone.orders]).toEqual(["lost", []]);
  });

  test("calls back, once the call is saved", () => {
    const phone = reloaded(
      answered().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 }),
    );
    const call = id(phone);
    phone.says({ type: "registered" }).wishes({ type: "call next", toNumber: "+44 20 7946 0018" });
    expect(phone.payloads("callEnded")).toMatchObject([
      { externalCallId: call, callEndStatus: "FAILED" },
    ]);
    // HubSpot does not hide the phone, which goes on.
    expect(phone.payloads("callCompleted")).toMatchObject([
      { externalCallId: call, hideWidget: false },
    ]);
    expect(phone.orders).toEqual([]);
    phone.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    expect(phone.orders).toMatchObject([{ type: "call", toNumber: "+44 20 7946 0018" }]);
    expect(phone.screen).toBe("calling");
    expect(id(phone)).not.toBe(call);
    expect(phone.state.form.keepOpen).toBe("");
  });

  test("waits for the engagement before it calls back, and gives up when HubSpot does not save the call", () => {
    const phone = reloaded(answered());
    phone.says({ type: "registered" }).wishes({ type: "call next", toNumber: "+44 20 7946 0018" });
    expect(phone.payloads("callCompleted")).toHaveLength(0);
    phone.waits(11_000);
    expect(phone.payloads("callCompleted")).toHaveLength(1);
    phone
      .hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "no room" } })
      .click("discard")
      .waits(1000);
    expect([phone.screen, phone.orders]).toEqual(["keypad", []]);
  });

  test("is taken up where the line can, once it is registered", () => {
    const phone = reloaded(answered(), { can: ["take up"] });
    const call = id(phone);
    expect([phone.screen, phone.orders]).toEqual(["lost", []]);
    phone.says({ type: "registered" }).waits(1000).waits(1000);
    expect(phone.orders).toEqual([{ type: "take up", id: call }]);
    expect([phone.screen, phone.status]).toEqual(["in call", "Reconnecting the call…"]);
    phone.says({ type: "answered", id: call });
    expect(phone.status).toBe("In call");
    expect(phone.payloads("callAnswered")).toHaveLength(0);
  });

  test("ends as the line says that still knows the call", () => {
    for (const before of [answered(), incoming()]) {
      const phone = reloaded(before).says({ type: "registered" });
      phone.says({ type: "ended", id: id(phone), endStatus: "MISSED" });
      expect([phone.screen, phone.payloads("callEnded")]).toMatchObject([
        "ended",
        [{ callEndStatus: "MISSED" }],
      ]);
    }
  });

  test("ends as the line says where the call could not be taken up", () => {
    const phone = reloaded(answered(), { can: ["take up"] })
      .says({ type: "registered" })
      .waits(1000);
    phone.says({ type: "ended", id: id(phone), endStatus: "FAILED", why: "far end failed" });
    expect(phone.screen).toBe("ended");
  });
});
