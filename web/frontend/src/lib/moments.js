// Moments in China time, as the pages print them.
const CHINA_OFFSET = 8 * 3600 * 1000;

/** `2026-11-25 10:00:03` of an ISO 8601 text. */
export const momentText = (iso) => new Date(Date.parse(iso) + CHINA_OFFSET).toISOString().slice(0, 19).replace('T', ' ');
