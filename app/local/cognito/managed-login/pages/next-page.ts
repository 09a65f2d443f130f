import type { Response } from '../../wire/responses.js';
import { completeLogin } from '../authorize.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { stepPage } from './step-page.js';
import type { Progress } from './steps.js';

/** The page of the next challenge, or back to the client. */
export async function nextPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  progress: Progress,
): Promise<Response> {
  if ('user' in progress) return completeLogin(request, authorization, progress.user);
  return stepPage(request, authorization, progress.step);
}
