// Runs the package's command from its source. Relative paths count from where the user stands: npm runs scripts at the top.
const { INIT_CWD } = process.env;
if (INIT_CWD) process.chdir(INIT_CWD);
await import("./cli.mjs");
