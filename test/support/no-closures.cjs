// The SDK loads TypeScript and npm's dependency resolver only to turn functions into source text, which nothing here
// does; in each suite that takes longer than everything else that a suite loads.
module.exports = new Proxy(
  {},
  {
    get(_, name) {
      if (name === "__esModule" || typeof name === "symbol") return undefined;
      throw new Error(`a test must not need ${name} of the packages that serialize functions`);
    },
  },
);
