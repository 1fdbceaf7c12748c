import type { RequestJson } from '../../simulator/control/json-types.js';
import { Badge } from '../parts/state-badge.js';
import { say } from '../text/language.js';

/** How a request was answered, in short. */
export function Outcome({ of: { status, code } }: { of: RequestJson }) {
  if (status === undefined) return <Badge tone="bad">{say('connection reset', '连接重置')}</Badge>;
  const isFine = status < 400 && code === undefined;
  return <Badge tone={isFine ? 'good' : 'bad'}>{code === undefined ? String(status) : `${status} ${code}`}</Badge>;
}
