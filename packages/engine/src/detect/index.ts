export { detectSqli, SQLI_BYTES, type SqliVerdict } from './sqli/detect.ts';
export { detectXss } from './xss/detect.ts';
