"""Web services about jobs: schedule.json, cancel.json, status.json, listjobs.json, daemonstatus.json, nodes.json."""

from __future__ import annotations

import uuid
from typing import Any

from twisted.internet.threads import deferToThread

from jobspiders.deployment.json_service import Answer, Form, JsonService
from jobspiders.deployment.plain_names import RefusedError
from jobspiders.deployment.schedule_call import ScheduleCall, read_call, read_signal
from jobspiders.storage.scrapyd_jobs import QueuedJob


class Schedule(JsonService):
    """Queues a crawl after everything about it was checked, by the code that will run it too."""

    async def post(self, form: Form) -> Answer:
        call = read_call(form.fields, uuid.uuid4().hex)
        self.project(call.project)
        code = await self.node.in_background(self.launcher.code, call.project, call.version)
        await deferToThread(
            self.launcher.checks.check,
            code,
            call.spider,
            dict(call.arguments),
            {**self.node.config.job_settings, **call.settings},
        )
        await self.node.in_background(self._add, call)
        self.root.poller.poll()
        return {"jobid": call.job_id}

    def _add(self, call: ScheduleCall) -> None:
        if call.node is not None and call.node not in {node.name for node in self.node.nodes.all()}:
            raise RefusedError(f"node '{call.node}' not found")
        job = QueuedJob(
            project=call.project,
            job_id=call.job_id,
            spider=call.spider,
            arguments=call.arguments,
            settings=call.settings,
            version=call.version,
            priority=call.priority,
            wanted_node=call.node,
        )
        if not self.node.queue.add(job):
            raise RefusedError(f"there is a job '{call.job_id}' already")


class Cancel(JsonService):
    """Cancels a job that waits, or runs on whatever node; it ends in good order unless KILL is asked for."""

    async def post(self, form: Form) -> Answer:
        project, job_id = self.project(form.name("project")), form.name("job")
        signal = read_signal(form.text("signal"))
        if await self.node.in_background(self.node.queue.cancel_pending, project, [job_id]):
            return {"prevstate": "pending"}
        for process in list(self.launcher.processes.values()):
            if (process.project, process.job) == (project, job_id) and process.exit_code is None:
                process.cancelled = True
                self.launcher.end(process, signal)
                return {"prevstate": "running"}
        elsewhere = await self.node.in_background(self.node.queue.request_cancel, project, job_id, signal)
        return {"prevstate": "running"} if elsewhere else {"prevstate": None}


class Status(JsonService):
    """Where a job is, on whatever node."""

    async def get(self, form: Form) -> Answer:
        job_id, project = form.name("job"), form.optional_name("project")
        projects = [self.project(project)] if project else list(self.root.poller.queues)
        for name in projects:
            found = await self.node.in_background(self.node.queue.state, name, job_id)
            if found is not None:
                state = "finished" if found.state == "ended" else found.state
                return {"currstate": state, "node": found.node, "result": found.result}
        for past in self.launcher.finished:
            if past.job == job_id and past.project in projects:
                return {"currstate": "finished"}
        return {"currstate": None}


class ListJobs(JsonService):
    """What waits for any node, and what runs and has ended on this one."""

    async def get(self, form: Form) -> Answer:
        project = form.optional_name("project")
        projects = [self.project(project)] if project else list(self.root.poller.queues)
        waiting: list[QueuedJob] = []
        for name in projects:
            waiting += await self.node.in_background(self.node.queue.pending, name)
        pending = [
            {
                "id": job.job_id,
                "project": job.project,
                "spider": job.spider,
                "version": job.version,
                "settings": dict(job.settings),
                "args": dict(job.arguments),
                "priority": job.priority,
            }
            for job in waiting
        ]
        running = [
            {**self._described(process), "pid": process.pid, "start_time": str(process.start_time)}
            for process in self.launcher.processes.values()
            if process.project in projects
        ]
        finished = [
            {
                **self._described(process),
                "start_time": str(process.start_time),
                "end_time": str(process.end_time),
            }
            for process in self.launcher.finished
            if process.project in projects
        ]
        return {"pending": pending, "running": running, "finished": finished}

    def _described(self, process: Any) -> dict[str, Any]:
        return {
            "id": process.job,
            "project": process.project,
            "spider": process.spider,
            "log_url": self.root.get_log_url(process),
            "items_url": None,
        }


class DaemonStatus(JsonService):
    """How much waits, runs and has ended."""

    async def get(self, form: Form) -> Answer:
        pending = 0
        for name in list(self.root.poller.queues):
            pending += await self.node.in_background(self.node.queue.count, name)
        return {
            "pending": pending,
            "running": len(self.launcher.processes),
            "finished": len(self.launcher.finished),
        }


class ListNodes(JsonService):
    """All nodes of the database, with how long each has been silent (seconds)."""

    async def get(self, form: Form) -> Answer:
        nodes = await self.node.in_background(self.node.nodes.all)
        return {
            "nodes": [
                {
                    "name": node.name,
                    "address": node.address,
                    "slots": node.slots,
                    "running": node.running,
                    "version": node.version,
                    "alive": node.silent <= self.node.config.dead_after,
                    "silent": round(node.silent, 1),
                }
                for node in nodes
            ]
        }
