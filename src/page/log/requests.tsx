import type { RequestJson } from '../../simulator/control/json-types.js';
import { LiveList } from '../api/live-list.js';
import { List, useLiveList } from '../parts/list.js';
import { ViewTitle } from '../parts/view-title.js';
import { hrefOf } from '../route.js';
import { say } from '../text/language.js';
import { dayTime } from '../text/values.js';
import { noteText } from './note-text.js';
import { OrderFilter } from './order-filter.js';
import { Outcome } from './outcome.js';

const createRequests = () => new LiveList<RequestJson>({ path: 'requests', event: 'request', keyOf: ({ id }) => id });

/** The requests to the hosts of WeChat, newest first. */
export function Requests() {
  const list = useLiveList(createRequests);
  return (
    <>
      <ViewTitle>{say('API requests', 'API 请求')}</ViewTitle>
      <OrderFilter list={list} />
      <List
        list={list}
        empty={say(
          'No requests yet. Your shop has not asked this WeChat for anything.',
          '还没有请求。商户尚未调用本模拟器。',
        )}
      >
        {(items) => (
          <ul class="rows">
            {items.map((request) => (
              <RequestRow key={request.id} request={request} />
            ))}
          </ul>
        )}
      </List>
    </>
  );
}

const RequestRow = ({ request: { message, ...request } }: { request: RequestJson }) => (
  <li>
    <a class="row" href={hrefOf('requests', request.id)}>
      <span class="main">
        <span class="method">{request.method}</span> <code class="path">{request.path}</code>
      </span>
      <span class="soft">
        {request.id} · {dayTime(request.at)}
        {request.duration !== undefined && ` · ${request.duration} ms`}
        {request.out_trade_no !== undefined && ` · ${request.out_trade_no}`}
      </span>
      <Outcome of={request} />
      {(message !== undefined || request.notes.length > 0) && (
        <span class="why">{[message, ...request.notes.map(noteText)].filter(Boolean).join(' · ')}</span>
      )}
    </a>
  </li>
);
