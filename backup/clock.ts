/** Hours by which two clocks may differ: a few minutes are no fault. */
const tolerance = 0.25;

/** Whether something so many hours old cannot be. */
export const isFromFuture = (ageHours: number): boolean => ageHours < -tolerance;
