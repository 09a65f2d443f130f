import { configure } from '@vendia/serverless-express';
import express from 'express';

const app = express().get('/', (_request, response) => {
  response.json(['Welcome to AWS']);
});

/** Express and the adapter, nobody guarded: what is measured against. */
const serve = configure({ app });

/** @type {(event: unknown, context: import('aws-lambda').Context) => Promise<unknown>} */
export const handler = async (event, context) => serve(event, context, () => undefined);
