/** Exit codes of the command. Everything else that can go wrong is a fault that a person can mend. */
export const ok = 0;
export const fault = 1;
export const usage = 2;
/** Something drifts: as good as any yes or no, and no fault. */
export const drifts = 2;
/** A gate says no. */
export const gateSaysNo = 3;
