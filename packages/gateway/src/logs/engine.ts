export * from '../../../engine/src/audit/index.ts';
