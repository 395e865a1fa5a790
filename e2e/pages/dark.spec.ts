// For a user who likes it dark, in each engine: dark grounds, and words that stand out from them, in HubSpot's page and in both apps.
import type { Frame } from "@playwright/test";
import { expect, type HubSpot, test, widgetUrl } from "./fixtures.ts";

test.use({
  colorScheme: "dark",
  launchOptions: async ({ browserName, launchOptions }, use) => {
    // Its driver has no word for it.
    const firefoxUserPrefs = {
      ...launchOptions.firefoxUserPrefs,
      "layout.css.prefers-color-scheme.content-override": 0,
    };
    await use(browserName === "firefox" ? { ...launchOptions, firefoxUserPrefs } : launchOptions);
  },
});

/** The ground's luminance in that page, from 0 to 1, and the words whose contrast with their ground is less than WCAG asks of body text. */
const seenIn = (frame: Frame) =>
  frame.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const read = (css: string): Colour => {
      if (!context) throw new Error("There is no canvas");
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = ([red, green, blue, alpha]: Colour, ground: Colour): Colour => {
      const mix = (one: number, below: number) => one * alpha + below * (1 - alpha);
      return [mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2]), 1];
    };
    const groundOf = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = read(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
    };
    const luminance = ([red, green, blue]: Colour) => {
      const linear = (value: number) =>
        value <= 10 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const contrast = (one: Colour, other: Colour) => {
      const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint: string[] = [];
    let count = 0;
    for (let text = words.nextNode(); text; text = words.nextNode()) {
      const { parentElement: element, textContent } = text;
      if (!element?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // What cannot be used may be faint.
      if (!textContent?.trim() || element.closest(":disabled, script, style")) continue;
      count++;
      const ground = groundOf(element);
      const ratio = contrast(over(read(getComputedStyle(element).color), ground), ground);
      if (ratio < 4.5) faint.push(`${textContent.trim()}: ${ratio.toFixed(2)}`);
    }
    return { ground: luminance(groundOf(document.body)), count, faint };
  });

/** Waits until each of the page's frames has words, and looks at them. */
async function look({ page }: HubSpot): Promise<void> {
  for (const frame of page.frames()) {
    await expect.poll(async () => (await seenIn(frame)).count, frame.url()).toBeGreaterThan(3);
    const { ground, faint } = await seenIn(frame);
    expect(ground, `the ground of ${frame.url()}`).toBeLessThan(0.05);
    expect(faint, `what is faint in ${frame.url()}`).toEqual([]);
  }
}

test("the widget and HubSpot around it are dark, and can be read, before and in a call", async ({
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  await look(hubspot);
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await hubspot.heard("OUTGOING_CALL_STARTED");
  await look(hubspot);
});

test("the phone is dark, and can be read, before and after its user has logged in", async ({
  hubspot,
  widget,
}) => {
  await hubspot.install("The phone", `${widgetUrl}phone.html`);
  await hubspot.openApp();
  await look(hubspot);
  await widget.getByRole("button", { name: "Log in" }).click();
  await hubspot.heard("LOGGED_IN");
  await look(hubspot);
});
