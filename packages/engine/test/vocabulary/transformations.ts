import { complete, type Entry, noted, obsolete } from './entry.ts';

export const transformations: readonly Entry[] = [
  ...complete(`
    none lowercase uppercase length trim trimLeft trimRight removeWhitespace compressWhitespace removeNulls replaceNulls
    removeCommentsChar replaceComments removeComments urlDecode urlDecodeUni urlEncode htmlEntityDecode jsDecode cssDecode
    escapeSeqDecode utf8toUnicode cmdLine normalizePath normalisePath normalizePathWin normalisePathWin base64Decode
    base64DecodeExt base64Encode hexDecode hexEncode sqlHexDecode md5 sha1 parityEven7bit parityOdd7bit parityZero7bit
  `),
  noted('phpArgsNames', 'Of ModSecurity 2.9.9: names as PHP makes them.'),
  obsolete('decodeBase64Ext', 'SecAction "id:1,pass,t:decodeBase64Ext"', 'base64DecodeExt'),
];
