import type { Variable } from '../registry/variable.ts';
import {
  args,
  argsCombinedSize,
  argsGet,
  argsGetNames,
  argsNames,
  argsPath,
  argsPost,
  argsPostNames,
  urlencodedError,
} from './arguments.ts';
import { env, geo, persistentCollections, tx } from './collections.ts';
import {
  authType,
  remoteAddr,
  remoteHost,
  remotePort,
  remoteUser,
  serverAddr,
  serverName,
  serverPort,
  uniqueId,
  useragentIp,
} from './connection.ts';
import { modsecBuild, pcreErrors, sessionId, userId, webAppId, webserverErrorLog } from './engine.ts';
import { files, filesCombinedSize, filesNames, filesSizes, filesTmpContent, filesTmpNames } from './files.ts';
import { requestCookies, requestCookiesNames, requestHeaders, requestHeadersNames } from './headers.ts';
import { highestSeverity, matchedVar, matchedVarName, matchedVars, matchedVarsNames } from './matched.ts';
import { multipartFilename, multipartFlags, multipartName, multipartPartHeaders } from './multipart.ts';
import { obsoleteVariables } from './obsolete.ts';
import { performanceVariables } from './performance.ts';
import {
  fullRequest,
  fullRequestLength,
  inboundDataError,
  reqbodyDuplicateKey,
  reqbodyError,
  reqbodyErrorMsg,
  reqbodyProcessor,
  requestBody,
  requestBodyLength,
} from './request-body.ts';
import { requestLine, requestMethod, requestProtocol } from './request-line.ts';
import { pathInfo, queryString, requestBasename, requestFilename, requestUri, requestUriRaw } from './request-uri.ts';
import { responseVariables } from './response.ts';
import { responseBodyVariables } from './response-body.ts';
import { rule } from './rule.ts';
import { streamInputBody, streamOutputBody } from './streams.ts';
import { duration, timeVariables } from './time.ts';
import { xmlVariables } from './xml.ts';

/** Every variable of the language. */
export const variables: readonly Variable[] = [
  args,
  argsCombinedSize,
  argsGet,
  argsGetNames,
  argsNames,
  argsPath,
  argsPost,
  argsPostNames,
  authType,
  duration,
  env,
  files,
  filesCombinedSize,
  filesNames,
  filesSizes,
  filesTmpContent,
  filesTmpNames,
  fullRequest,
  fullRequestLength,
  geo,
  highestSeverity,
  inboundDataError,
  matchedVar,
  matchedVarName,
  matchedVars,
  matchedVarsNames,
  modsecBuild,
  multipartFilename,
  ...multipartFlags,
  multipartName,
  multipartPartHeaders,
  ...obsoleteVariables,
  pathInfo,
  ...pcreErrors,
  ...performanceVariables,
  ...persistentCollections,
  queryString,
  remoteAddr,
  remoteHost,
  remotePort,
  remoteUser,
  reqbodyError,
  reqbodyDuplicateKey,
  reqbodyErrorMsg,
  reqbodyProcessor,
  requestBasename,
  requestBody,
  requestBodyLength,
  requestCookies,
  requestCookiesNames,
  requestFilename,
  requestHeaders,
  requestHeadersNames,
  requestLine,
  requestMethod,
  requestProtocol,
  requestUri,
  requestUriRaw,
  ...responseBodyVariables,
  ...responseVariables,
  rule,
  serverAddr,
  serverName,
  serverPort,
  sessionId,
  streamInputBody,
  streamOutputBody,
  ...timeVariables,
  tx,
  uniqueId,
  urlencodedError,
  useragentIp,
  userId,
  webAppId,
  webserverErrorLog,
  ...xmlVariables,
];
