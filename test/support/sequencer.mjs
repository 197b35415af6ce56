import Sequencer from "@jest/test-sequencer";

/** Suites on the real engine first: they take longest, and begun last they would keep one worker busy alone. */
export default class EngineFirst extends Sequencer {
  sort(tests) {
    const isEngine = ({ path }) => path.includes("/test/engine/");
    const sorted = super.sort(tests);
    return [...sorted.filter(isEngine), ...sorted.filter((test) => !isEngine(test))];
  }
}
