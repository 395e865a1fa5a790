// The widget's page: creates the SDK, and wires plain buttons.
import CallingExtensions from "@hubspot/calling-extensions-sdk";
import { press } from "./call/events.ts";
import { dispatch, edit, enter, options, shell } from "./frame/shell.ts";
import { listen, render } from "./view.ts";

// What HubSpot is to hear does not wait for the drawing.
const draw = () => setTimeout(() => render(shell.state, Date.now(), shell.isKept));
enter(new CallingExtensions(options), draw);
listen((button) => dispatch(press(shell.state, button, crypto.randomUUID())), edit);
