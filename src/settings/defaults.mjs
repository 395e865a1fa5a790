// What HubSpot takes for a calling setting that is not sent.

export const switches = {
  supportsInboundCalling: false,
  usesCallingWindow: true,
  // [guess] Of these two, as of the size, no default is documented.
  usesRemote: false,
  supportsCustomObjects: false,
};

/** The frame's size in px: HubSpot recommends about this. */
export const size = { width: 400, height: 650 };
