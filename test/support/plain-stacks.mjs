// Types are stripped in place, so every position in a stack is already that of the source. What jest does to map them
// anew takes longer than the tests of a component, since the SDK notes the stack of every promise that it makes. A
// function has to stand here: without one Node asks that of jest's own realm.
Error.prepareStackTrace = (error, calls) => [error, ...calls].join("\n    at ");
Error.stackTraceLimit = 10;
