"""What a newsletter sent before it came here: posts, mails, feeds and exports of other tools, and what they link to.

`post_files` finds the files, `read_posts` reads the posts in one of them, `posted_links` the addresses in a post.
Nothing is fetched and nothing is asked of the tools that wrote them.
"""

from weekly.archive.posts.files import post_files
from weekly.archive.posts.links import PostedLink, posted_links
from weekly.archive.posts.post import EarlierPost
from weekly.archive.posts.read import read_posts

__all__ = ["EarlierPost", "PostedLink", "post_files", "posted_links", "read_posts"]
