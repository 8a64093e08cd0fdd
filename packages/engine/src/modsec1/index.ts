/** ModSecurity 1.x in today's language. */
export { isModsec1 } from './statements.ts';
export {
  MODSEC1_ID_BASE,
  type Modsec1Line,
  type Modsec1Options,
  type Modsec1Translation,
  Modsec1Translator,
} from './translate.ts';
