// Which names mean this machine: asked by the pages, and by the servers and commands around them.

/**
 * Names that never leave this machine, as browsers resolve them.
 * @param {string} hostname without a port; an IPv6 address in brackets
 */
export const isLoopback = (hostname) =>
  /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname);
