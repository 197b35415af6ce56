// Stands for TypeScript and npm's dependency resolver where the SDK asks for them, see without-serializers.ts.
module.exports = new Proxy(
  {},
  {
    get(_, name) {
      if (name === "__esModule" || typeof name === "symbol") return undefined;
      throw new Error(`slipway turns no function into source text, and that alone needs ${name}`);
    },
  },
);
